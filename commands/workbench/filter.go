package workbench

import (
	"fmt"
	"net/url"
)

// workbenchFilter is one condition of a workbench query.
//
// https://developer.tenable.com/docs/workbench-filters
type workbenchFilter struct {
	name, operator, value string
}

// workbenchQuery returns the query of a workbench: filter.0.filter, filter.0.quality,
// filter.0.value, filter.1 … All conditions must hold.
func workbenchQuery(filters []workbenchFilter) url.Values {
	query := url.Values{}
	for i, filter := range filters {
		prefix := fmt.Sprintf("filter.%d.", i)
		query.Set(prefix+"filter", filter.name)
		query.Set(prefix+"quality", filter.operator)
		query.Set(prefix+"value", filter.value)
	}
	if len(filters) > 0 {
		query.Set("filter.search_type", "and")
	}
	return query
}

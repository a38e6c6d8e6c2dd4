package filters

import "tenableio/internal/sandbox/tenant"

// tagFilters make one filter for each category of tags.
func tagFilters[T any](of func(T) *tenant.Asset) []Filter[T] {
	var filters []Filter[T]
	for _, category := range tenant.TagValues {
		var list []Choice
		for _, value := range category.Values {
			list = append(list, Choice{Name: value, Value: value})
		}
		filters = append(filters, Filter[T]{
			Name:      "tag." + category.Category,
			Readable:  category.Category,
			Control:   Control{Type: "dropdown_multi", List: list},
			Operators: []string{"set-has", "set-hasnot"},
			holds:     Texts(func(thing T) []string { return of(thing).TagValues(category.Category) }),
		})
	}
	return filters
}

// TagUUIDFilter is the filter that only the deprecated POST of the list shows:
// all tags by their UUID.
func TagUUIDFilter(t *tenant.Tenant) FindingFilter {
	var list []Choice
	for _, category := range tenant.TagValues {
		for _, value := range category.Values {
			tag := tenant.Tag{Category: category.Category, Value: value}
			list = append(list, Choice{Name: tag.Category + ": " + tag.Value, Value: t.TagUUID(tag)})
		}
	}
	return FindingFilter{
		Name:      "tag_uuid",
		Readable:  "Tag (Category: Value)",
		Control:   Control{Type: "dropdown_multi", List: list},
		Operators: []string{"eq"},
		holds: Texts(func(f finding) (uuids []string) {
			for _, tag := range f.Asset.Tags {
				uuids = append(uuids, t.TagUUID(tag))
			}
			return uuids
		}),
	}
}

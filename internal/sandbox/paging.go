package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// pagination tells where a page of a list is.
type pagination struct {
	Total  int         `json:"total"`
	Limit  int64       `json:"limit"`
	Offset int64       `json:"offset"`
	Sort   []sortOrder `json:"sort"`
}

// defaultPage is the limit of most lists when the query has none.
const defaultPage = 50

// mostOfInt32 is the largest number where the API publishes no limit.
const mostOfInt32 = 1<<31 - 1

// readPage reads limit, from 1 to most, and offset. It has answered, and gives
// false, where the API refuses them.
func readPage(w http.ResponseWriter, r *http.Request, byDefault, most int64) (limit, offset int64, ok bool) {
	if limit, ok = number(w, r, "limit", byDefault, 1, most); !ok {
		return 0, 0, false
	}
	offset, ok = number(w, r, "offset", 0, 0, mostOfInt32)
	return limit, offset, ok
}

// page cuts a page out of a list.
func page[T any](list []T, limit, offset int64) []T {
	from := min(offset, int64(len(list)))
	return list[from:min(from+limit, int64(len(list)))]
}

// sortOrder is a field with asc or desc, which the API writes in both cases.
type sortOrder struct {
	Name  string `json:"name"`
	Order string `json:"order"`
}

// sorting says, by the name of a field, how two things compare.
type sorting[T any] map[string]func(x, y T) int

// fields lists the fields that things sort by.
func (s sorting[T]) fields() []string { return slices.Sorted(maps.Keys(s)) }

// read reads a sort parameter, "field:order" and comma-separated, and gives the
// orders alone without one.
func (s sorting[T]) read(r *http.Request, byDefault ...sortOrder) ([]sortOrder, bool) {
	text := r.URL.Query().Get("sort")
	if text == "" {
		return byDefault, true
	}
	var orders []sortOrder
	for part := range strings.SplitSeq(text, ",") {
		field, order, _ := strings.Cut(part, ":")
		if s[field] == nil || !slices.Contains([]string{"asc", "desc"}, strings.ToLower(order)) {
			return nil, false
		}
		orders = append(orders, sortOrder{field, order})
	}
	return orders, true
}

// sort sorts by the first order, what is equal by the next, and so on.
func (s sorting[T]) sort(list []T, orders []sortOrder) {
	slices.SortStableFunc(list, func(x, y T) int {
		for _, order := range orders {
			c := s[order.Name](x, y)
			if strings.EqualFold(order.Order, "desc") {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
}

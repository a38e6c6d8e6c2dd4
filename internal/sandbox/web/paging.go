package web

import (
	"net/http"
	"slices"
	"strings"
)

// Pagination tells where a page of a list is.
type Pagination struct {
	Total  int         `json:"total"`
	Limit  int64       `json:"limit"`
	Offset int64       `json:"offset"`
	Sort   []SortOrder `json:"sort"`
}

// DefaultPage is the limit of most lists when the query has none.
const DefaultPage = 50

// MostOfInt32 is the largest number where the API publishes no limit.
const MostOfInt32 = 1<<31 - 1

// ReadPage reads limit, from 1 to most, and offset. It answers the request itself and
// returns false where the API refuses them.
func ReadPage(w http.ResponseWriter, r *http.Request, byDefault, most int64) (limit, offset int64, ok bool) {
	if limit, ok = Number(w, r, "limit", byDefault, 1, most); !ok {
		return 0, 0, false
	}
	offset, ok = Number(w, r, "offset", 0, 0, MostOfInt32)
	return limit, offset, ok
}

// Page cuts a page out of a list.
func Page[T any](list []T, limit, offset int64) []T {
	from := min(offset, int64(len(list)))
	return list[from:min(from+limit, int64(len(list)))]
}

// SortOrder is a field with asc or desc, which the API writes in both cases.
type SortOrder struct {
	Name  string `json:"name"`
	Order string `json:"order"`
}

// Sorting says, by the name of a field, how two things compare.
type Sorting[T any] map[string]func(x, y T) int

// Read reads a sort parameter, "field:order" and comma-separated, and gives the
// orders alone without one.
func (s Sorting[T]) Read(r *http.Request, byDefault ...SortOrder) ([]SortOrder, bool) {
	text := r.URL.Query().Get("sort")
	if text == "" {
		return byDefault, true
	}
	var orders []SortOrder
	for part := range strings.SplitSeq(text, ",") {
		field, order, _ := strings.Cut(part, ":")
		if s[field] == nil || !slices.Contains([]string{"asc", "desc"}, strings.ToLower(order)) {
			return nil, false
		}
		orders = append(orders, SortOrder{field, order})
	}
	return orders, true
}

// Sort sorts by the first order, what is equal by the next, and so on.
func (s Sorting[T]) Sort(list []T, orders []SortOrder) {
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

package filters

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Condition makes the test for an operator and its values, which are valid. It
// never gets an operator that negates another; compile turns that one's test round.
type Condition[T any] func(operator string, values []string, now time.Time) func(T) bool

// Texts compares the texts of a thing: one of them must be equal to, or contain,
// one of the values. Case matters, as Tenable says it does for match.
func Texts[T any](of func(T) []string) Condition[T] {
	return func(operator string, values []string, _ time.Time) func(T) bool {
		same := func(a, b string) bool { return a == b }
		if operator == "match" {
			same = strings.Contains
		}
		if operator == "set-hasonly" {
			return func(thing T) bool { return sameSet(of(thing), values) }
		}
		return func(thing T) bool {
			return slices.ContainsFunc(of(thing), func(text string) bool {
				return slices.ContainsFunc(values, func(value string) bool { return same(text, value) })
			})
		}
	}
}

// sameSet says whether two lists without order have the same members.
func sameSet(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(text string) bool { return !slices.Contains(b, text) })
}

// Word is texts for things that have one at most; empty is none.
func Word[T any](of func(T) string) Condition[T] {
	return Texts(func(thing T) []string {
		if text := of(thing); text != "" {
			return []string{text}
		}
		return nil
	})
}

// flags compares with true and false.
func flags[T any](of func(T) bool) Condition[T] {
	return Word(func(thing T) string { return strconv.FormatBool(of(thing)) })
}

// scores compares a number; a thing without one is neither more nor less.
func scores[T any](of func(T) (float64, bool)) Condition[T] {
	return func(operator string, values []string, _ time.Time) func(T) bool {
		limit, _ := strconv.ParseFloat(values[0], 64) // its form was checked
		return func(thing T) bool {
			score, has := of(thing)
			return has && Compares(operator, score, limit)
		}
	}
}

// Compares says whether a is less than b, at most b and so on, as the operator has it.
func Compares(operator string, a, b float64) bool {
	switch operator {
	case "lt":
		return a < b
	case "lte":
		return a <= b
	case "gt":
		return a > b
	case "gte":
		return a >= b
	}
	return a == b
}

// spans compares a whole number with numbers and ranges such as 80,8000-8080.
func spans[T any](of func(T) int) Condition[T] {
	return func(operator string, values []string, _ time.Time) func(T) bool {
		var ranges [][2]int
		for _, value := range values {
			low, high, isRange := strings.Cut(value, "-")
			if !isRange {
				high = low
			}
			first, _ := strconv.Atoi(strings.TrimSpace(low)) // their form was checked
			last, _ := strconv.Atoi(strings.TrimSpace(high))
			ranges = append(ranges, [2]int{first, last})
		}
		return func(thing T) bool {
			n := of(thing)
			switch operator {
			case "gte":
				return n >= ranges[0][0]
			case "lte":
				return n <= ranges[0][1]
			}
			return slices.ContainsFunc(ranges, func(r [2]int) bool { return r[0] <= n && n <= r[1] })
		}
	}
}

// DateForm is how filters write a day.
const DateForm = "2006/01/02"

// Dates compares the UTC day of a time; a thing without one is on no day.
func Dates[T any](of func(T) time.Time) Condition[T] {
	return func(operator string, values []string, now time.Time) func(T) bool {
		if operator == withIn {
			days, _ := strconv.Atoi(values[0]) // its form was checked
			return func(thing T) bool { return !of(thing).Before(now.AddDate(0, 0, -days)) }
		}
		limit, _ := time.Parse(DateForm, values[0]) // it is a date
		return func(thing T) bool {
			at := of(thing)
			return !at.IsZero() && Compares(strings.TrimPrefix(operator, "date-"),
				float64(at.UTC().Truncate(24*time.Hour).Unix()), float64(limit.Unix()))
		}
	}
}

// instants compares a time with a moment or the start of a day. What never happened
// counts as long ago, but for date-lt-strict.
func instants[T any](of func(T) time.Time) Condition[T] {
	return func(operator string, values []string, _ time.Time) func(T) bool {
		limit, _ := readMoment(values[0]) // its form was checked
		return func(thing T) bool {
			at := of(thing)
			switch operator {
			case "date-gt":
				return at.After(limit)
			case "date-lt-strict":
				return !at.IsZero() && at.Before(limit)
			}
			return at.Before(limit)
		}
	}
}

// readMoment reads a time in ISO 8601, or a day.
func readMoment(value string) (time.Time, error) {
	if day, err := time.Parse(DateForm, value); err == nil {
		return day, nil
	}
	return time.Parse(time.RFC3339, value)
}

// hosts compares addresses and names with addresses, ranges of them, networks
// and names; names without regard to case.
func hosts[T any](of func(T) (addresses []netip.Addr, names []string)) Condition[T] {
	return func(operator string, values []string, _ time.Time) func(T) bool {
		var tests []hostTest
		for _, value := range values {
			tests = append(tests, hostsBy(operator, value))
		}
		return func(thing T) bool {
			addresses, names := of(thing)
			return slices.ContainsFunc(tests, func(test hostTest) bool { return test(addresses, names) })
		}
	}
}

type hostTest func(addresses []netip.Addr, names []string) bool

func hostsBy(operator, value string) hostTest {
	if operator == "eq" {
		if within := Addresses(value); within != nil {
			return func(addresses []netip.Addr, _ []string) bool { return slices.ContainsFunc(addresses, within) }
		}
		return func(_ []netip.Addr, names []string) bool {
			return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, value) })
		}
	}
	partly := strings.Contains // match
	if operator == "begins" {
		partly = strings.HasPrefix
	}
	value = strings.ToLower(value)
	return func(addresses []netip.Addr, names []string) bool {
		return slices.ContainsFunc(addresses, func(a netip.Addr) bool { return partly(a.String(), value) }) ||
			slices.ContainsFunc(names, func(name string) bool { return partly(strings.ToLower(name), value) })
	}
}

// Addresses makes the test of an address, a range or a network; nil when value is none.
func Addresses(value string) func(netip.Addr) bool {
	if address, err := netip.ParseAddr(value); err == nil {
		return func(a netip.Addr) bool { return a == address.Unmap() }
	}
	if network, err := netip.ParsePrefix(value); err == nil {
		return network.Masked().Contains
	}
	low, high, _ := strings.Cut(value, "-")
	first, err1 := netip.ParseAddr(low)
	last, err2 := netip.ParseAddr(high)
	if err1 != nil || err2 != nil {
		return nil
	}
	return func(a netip.Addr) bool {
		return a.BitLen() == first.BitLen() && first.Compare(a) <= 0 && a.Compare(last) <= 0
	}
}

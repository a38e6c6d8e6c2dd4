package tenant

import "fmt"

// dice is a stream of numbers that depends on nothing but its start
// (splitmix64), so that any part of the tenant can be computed when it is asked
// for and is the same each time.
type dice uint64

// What the numbers are for; two purposes never share a stream.
const (
	forTenant = iota
	forPlugin
	forAsset
	forFinding
	forOutput
	forScan
	forFindingID
)

// newDice starts the stream of the nth thing of thing i.
func newDice(seed int64, purpose, i, n int) dice {
	d := dice(seed) //nolint:gosec // any 64 bits are a seed
	for _, part := range []int{purpose, i, n} {
		d = dice(d.roll() + uint64(part)) //nolint:gosec // any 64 bits are a start
	}
	return d
}

func (d *dice) roll() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below gives a number from 0 to n-1.
func (d *dice) below(n int) int { return int(d.roll() % uint64(n)) } //nolint:gosec // n is a small positive number

// oneIn is true once in n times.
func (d *dice) oneIn(n int) bool { return d.below(n) == 0 }

// uuid is 8-4-4-4-12 hexadecimal digits of the form of a version 4 UUID.
func (d *dice) uuid() string {
	a := d.roll()
	b := d.roll()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&(1<<48-1))
}

// longUUID is the 8-4-4-4-28 form that Tenable gives schedules and imported runs.
func (d *dice) longUUID() string { return fmt.Sprintf("%s%016x", d.uuid(), d.roll()) }

func pick[T any](d *dice, list []T) T { return list[d.below(len(list))] }

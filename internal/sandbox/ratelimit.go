package sandbox

import (
	"math"
	"strconv"
	"sync"
	"time"
)

// rateLimit allows each key a number of requests in any 60 seconds.
type rateLimit struct {
	perMinute int // 0: no limit
	mu        sync.Mutex
	served    map[string][]time.Time // by access key: the last requests, a ring
	next      map[string]int         // by access key: the oldest of a full ring
}

func newRateLimit(perMinute int) *rateLimit {
	return &rateLimit{perMinute: perMinute, served: map[string][]time.Time{}, next: map[string]int{}}
}

// wait is zero when the key may make a request now, which is then counted. Else
// it is how long to wait; a request that is refused does not count.
func (l *rateLimit) wait(key string, now time.Time) time.Duration {
	if l.perMinute == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	ring := l.served[key]
	if len(ring) < l.perMinute {
		l.served[key] = append(ring, now)
		return 0
	}
	oldest := l.next[key]
	if wait := ring[oldest].Add(time.Minute).Sub(now); wait > 0 {
		return wait
	}
	ring[oldest] = now
	l.next[key] = (oldest + 1) % len(ring)
	return 0
}

// seconds is a Retry-After: whole seconds, rounded up.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }

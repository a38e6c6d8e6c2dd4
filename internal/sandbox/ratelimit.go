package sandbox

import (
	"math"
	"slices"
	"strconv"
	"sync"
	"time"
)

// rateLimit allows each key a number of requests in any 60 seconds.
type rateLimit struct {
	perMinute int // 0: no limit
	mu        sync.Mutex
	served    map[string][]time.Time // by access key: the requests of the last minute, the oldest first
}

// wait is zero when the key may make a request now, which is then counted. Else
// it is how long to wait; a request that is refused does not count.
func (l *rateLimit) wait(key string, now time.Time) time.Duration {
	if l.perMinute == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	served := slices.DeleteFunc(l.served[key], func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	if len(served) < l.perMinute {
		l.served[key] = append(served, now)
		return 0
	}
	return served[0].Add(time.Minute).Sub(now)
}

// seconds is a Retry-After: whole seconds, rounded up.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }

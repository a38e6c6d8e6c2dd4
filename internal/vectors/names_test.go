package vectors_test

import (
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"sync"
)

// nameRecord is the name server's record of one name. A name without a record does not exist.
type nameRecord struct {
	Addresses []netip.Addr `json:"addresses"`
	Fails     bool         `json:"fails"`  // SERVFAIL
	Silent    bool         `json:"silent"` // no answer
}

// nameServer is a name server on a loopback address of its own.
// It uses port 53, because resolv.conf cannot name another port.
type nameServer struct {
	connection net.PacketConn
	records    map[string]nameRecord
	running    sync.WaitGroup
}

func startNameServer(address string, records map[string]nameRecord) (*nameServer, error) {
	connection, err := net.ListenPacket("udp", net.JoinHostPort(address, "53"))
	if err != nil {
		return nil, err
	}
	n := &nameServer{connection: connection, records: records}
	n.running.Go(n.serve)
	return n, nil
}

func (n *nameServer) close() {
	n.connection.Close()
	n.running.Wait()
}

func (n *nameServer) serve() {
	query := make([]byte, 1500)
	for {
		size, client, err := n.connection.ReadFrom(query)
		if err != nil {
			return
		}
		if reply := n.reply(query[:size]); reply != nil {
			_, _ = n.connection.WriteTo(reply, client)
		}
	}
}

// The parts of a DNS message that the server needs (RFC 1035, section 4).
const (
	headerSize   = 12
	typeA        = 1
	typeAAAA     = 28
	codeFailure  = 2
	codeNotFound = 3
)

// reply answers a query with one question. It returns nil to stay silent.
func (n *nameServer) reply(query []byte) []byte {
	name, end := questionName(query)
	if end == 0 || len(query) < end+4 {
		return nil
	}
	asked := binary.BigEndian.Uint16(query[end:])
	record, known := n.records[name]
	if record.Silent {
		return nil
	}
	reply := append([]byte(nil), query[:end+4]...)
	reply[2] = 0x81 // a response; recursion desired
	reply[3] = 0x80 // recursion available
	for i := 6; i < headerSize; i++ {
		reply[i] = 0
	}
	switch {
	case !known:
		reply[3] |= codeNotFound
	case record.Fails:
		reply[3] |= codeFailure
	}
	for _, address := range record.Addresses {
		if address.Is4() == (asked == typeA) && (asked == typeA || asked == typeAAAA) {
			reply[7]++
			reply = append(reply, 0xc0, headerSize) // the name of the question
			reply = binary.BigEndian.AppendUint16(reply, asked)
			reply = append(reply, 0, 1, 0, 0, 0, 1) // class IN, 1 s to live
			reply = binary.BigEndian.AppendUint16(reply, uint16(len(address.AsSlice())))
			reply = append(reply, address.AsSlice()...)
		}
	}
	return reply
}

// questionName returns the name of the question and the offset of its end.
func questionName(query []byte) (string, int) {
	var labels []string
	for at := headerSize; at < len(query); {
		size := int(query[at])
		if size == 0 {
			return strings.ToLower(strings.Join(labels, ".")), at + 1
		}
		if at+1+size > len(query) {
			break
		}
		labels = append(labels, string(query[at+1:at+1+size]))
		at += 1 + size
	}
	return "", 0
}

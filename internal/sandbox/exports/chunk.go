package exports

import (
	"bufio"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// writeFile answers with the chunk of the assets, compressed where the client takes
// gzip. Where it does not, the length is told before, so that a cut is noticed.
func (e *API) writeFile(w http.ResponseWriter, r *http.Request, name string, assets []int,
	request exportRequest,
) {
	header := w.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("Content-Disposition", "attachment; filename="+name)
	header.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		compressed, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // the level is a valid one
		if e.writeChunk(compressed, assets, request) == nil {
			_ = compressed.Close() // the client went away, or has all
		}
		return
	}
	var length web.ByteCount
	_ = e.writeChunk(&length, assets, request) // counting does not fail
	header.Set("Content-Length", strconv.FormatInt(int64(length), 10))
	_ = e.writeChunk(w, assets, request) // as above
}

// writeChunk writes an array of the findings that the request wants, one after the other,
// so that a chunk of any size takes no more memory than one of them.
func (e *API) writeChunk(to io.Writer, assets []int, request exportRequest) error {
	out := bufio.NewWriterSize(to, 64<<10)
	separator := "["
	for _, index := range assets {
		a := e.tenant.Asset(index)
		about := web.Marshal(exportAsset(a))
		scan := exportScan(e.tenant, a)
		for f := range e.tenant.Findings(a) {
			if !request.wants(f) {
				continue
			}
			rest := web.Marshal(exportFinding(f, scan, request.software))
			for _, part := range [][]byte{
				[]byte(separator), []byte(`{"asset":`), about, []byte(`,"plugin":`),
				e.plugin(f.Plugin), []byte(","), rest[1:],
			} {
				if _, err := out.Write(part); err != nil {
					return err // the client went away
				}
			}
			separator = ","
		}
	}
	if separator == "[" {
		_ = out.WriteByte('[')
	}
	_ = out.WriteByte(']')
	return out.Flush()
}

// plugin gives the JSON of a plugin, which is made once.
func (e *API) plugin(p *tenant.Plugin) []byte {
	if made, known := e.plugins.Load(p); known {
		return made.([]byte)
	}
	made := web.Marshal(exportPlugin(p))
	e.plugins.Store(p, made)
	return made
}

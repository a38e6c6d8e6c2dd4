package folder

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"tenableio/internal/files"
)

// maxNumbered is how many namesakes are told apart by a number. A folder with more of
// them would cost a look at each, so the next ones get a random text.
const maxNumbered = 100

// settle gives a file the name, or the next free one: report-2.pdf, report-3.pdf.
func (f *Folder) settle(temporary, name string) (string, error) {
	free := name
	for n := 2; n <= maxNumbered+10; n++ {
		taken, err := f.rename(temporary, free)
		if err != nil || !taken {
			return free, err
		}
		suffix := "-" + strconv.Itoa(n)
		if n > maxNumbered {
			suffix = "-" + strings.ToLower(rand.Text()[:10])
		}
		free = files.WithSuffix(name, suffix)
	}
	return "", fmt.Errorf("no name like it is free")
}

// rename gives a file a name that nothing has. It tells whether something has it. Of
// several runs at once, one gets the name, on every disk.
func (f *Folder) rename(temporary, name string) (taken bool, err error) {
	err = renameNoReplace(f.self, temporary, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err != nil, nil
	}
	return f.reserve(temporary, name) // the system or the disk has no such call
}

// reserve takes the name with an empty file, and replaces that one by the file. A run that
// is killed between the two leaves the empty file.
func (f *Folder) reserve(temporary, name string) (taken bool, err error) {
	empty, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	_ = empty.Close()
	if err := f.root.Rename(temporary, name); err != nil {
		_ = f.root.Remove(name)
		return false, err
	}
	return false, nil
}

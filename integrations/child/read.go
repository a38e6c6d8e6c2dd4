package child

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// ReadOne reads the plugin's one JSON document as a stream, so that an envelope of a hundred
// megabytes takes no memory: member reads the value of each name.
func ReadOne(in *jsontext.Decoder, member func(name string) error) error {
	if err := ReadObject(in, member); err != nil {
		return err
	}
	if _, err := in.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON document")
	}
	return nil
}

// ReadObject calls member for each name of an object.
func ReadObject(in *jsontext.Decoder, member func(name string) error) error {
	return within(in, '{', "an object", func() error {
		name, err := in.ReadToken()
		if err != nil {
			return err
		}
		return member(name.String())
	})
}

// ReadArray calls element before each element of an array, in their order. null is an empty array.
func ReadArray(in *jsontext.Decoder, element func() error) error {
	if in.PeekKind() == 'n' {
		return in.SkipValue()
	}
	return within(in, '[', "an array", element)
}

// within calls next until the end of an object or array.
func within(in *jsontext.Decoder, begin jsontext.Kind, called string, next func() error) error {
	start, err := in.ReadToken()
	if err != nil {
		return err
	}
	if start.Kind() != begin {
		return fmt.Errorf("%s in the place of %s", start.Kind(), called)
	}
	for in.PeekKind() != begin+2 { // ] and }, which end what [ and { begin
		if err := next(); err != nil {
			return err
		}
	}
	_, err = in.ReadToken()
	return err
}

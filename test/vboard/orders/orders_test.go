package orders

import (
	"bytes"
	"reflect"
	"testing"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	var b bytes.Buffer
	want := Order{Do: Start, Process: 3, Args: []string{"/intercom", "run", "a\x1eb\n"}}
	if err := Write(&b, want); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(b.Bytes(), []byte("\n")); n != 1 {
		t.Fatalf("%q has %d line feeds, want 1", b.Bytes(), n)
	}
	var got Order
	if found, err := Read(b.Bytes(), &got); !found || err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v, %v, want %+v", got, found, err, want)
	}
}

func TestTheKernelsLinesAreNoMessages(t *testing.T) {
	var r Report
	if found, err := Read([]byte("[    1.2] Run /init as init process"), &r); found || err != nil {
		t.Errorf("found %v, error %v", found, err)
	}
	if found, err := Read([]byte("\x1e{\"What\":\"line\"}[  2.0] oops"), &r); !found || err != nil || r.What != Line {
		t.Errorf("with the kernel's words behind it: %v, %v, %+v", found, err, r)
	}
	if found, err := Read([]byte("\x1e{\"What\":\"li[  2.0] oops"), &r); !found || err == nil {
		t.Error("a message with the kernel's words in it was read without an error")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("\x1e{\"What\":\"line\",\"Text\":\"x\"}"))
	f.Add([]byte("boot"))
	f.Fuzz(func(t *testing.T, line []byte) {
		var r Report
		if found, _ := Read(line, &r); found != bytes.ContainsRune(line, 0x1e) {
			t.Errorf("%q: found %v", line, found)
		}
	})
}

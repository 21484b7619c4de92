package wire

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is the binary under test.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	// The tests wait far more than they compute: run them side by side whatever the number of processors.
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		f.Value.Set("128")
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "intercom-wire-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "intercom")
	cmd := exec.Command("go", "build", "-o", program, "intercom/cmd/intercom")
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Printf("go build intercom/cmd/intercom: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

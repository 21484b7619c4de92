package interop

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// startDecliner starts a SIPp that refuses every call with 603, and gives its URI.
func startDecliner(t *testing.T) (uri string) {
	t.Helper()
	address := newAddress(t)
	cmd := exec.Command("sipp", "-sf", filepath.Join(repository(), "test", "peers", "sipp", "decline.xml"),
		"-i", address, "-p", "5060", "-nostdin")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
	waitForUDP(t, address+":5060")
	return fmt.Sprintf("sip:phone@%s", address)
}

package vboard

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// machine is a running QEMU, stopped before its first instruction.
type machine struct {
	cmd    *exec.Cmd
	serial io.WriteCloser // to the board's console
	output *bufio.Reader  // from it
	qmp    net.Conn
	qtest  net.Conn
	dir    string
}

// newMachine starts QEMU, which connects to us: so nobody has to look again and again whether its sockets are there.
func newMachine(command []string) (*machine, error) {
	dir, err := os.MkdirTemp("", "vb") // short: the name of a socket has 107 octets
	if err != nil {
		return nil, err
	}
	m := &machine{dir: dir}
	if err := m.start(command); err != nil {
		return nil, errors.Join(err, m.end())
	}
	return m, nil
}

func (m *machine) start(args []string) error {
	var sockets [2]*net.UnixListener
	for i, name := range []string{"qmp", "qtest"} {
		path := filepath.Join(m.dir, name)
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		if err != nil {
			return err
		}
		defer l.Close()
		sockets[i] = l
		args = append(args, "-"+name, "unix:"+path)
	}
	args = append(args, "-S", "-display", "none", "-monitor", "none", "-serial", "stdio", "-qtest-log", "none")
	m.cmd = exec.Command(args[0], args[1:]...)
	m.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := m.pipes(); err != nil {
		return err
	}
	if err := m.cmd.Start(); err != nil {
		m.cmd = nil
		return err
	}
	return m.connect(sockets[0], sockets[1])
}

func (m *machine) pipes() error {
	out, err := m.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	m.cmd.Stderr = m.cmd.Stdout // QEMU's own complaints
	m.output = bufio.NewReader(out)
	m.serial, err = m.cmd.StdinPipe()
	return err
}

// connect takes QEMU's two connections.
func (m *machine) connect(qmp, qtest *net.UnixListener) (err error) {
	for _, c := range []struct {
		from *net.UnixListener
		to   *net.Conn
	}{{qtest, &m.qtest}, {qmp, &m.qmp}} {
		if err = c.from.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
			return err
		}
		if *c.to, err = c.from.Accept(); err != nil {
			said, _ := m.output.ReadString('\n')
			return fmt.Errorf("%v does not start: %w: %s", m.cmd.Args, err, said)
		}
	}
	return nil
}

// end kills QEMU and waits for it. What reads from it must have been read first.
func (m *machine) end() error {
	m.kill()
	for _, c := range []net.Conn{m.qmp, m.qtest} {
		if c != nil {
			c.Close()
		}
	}
	if m.cmd != nil {
		_ = m.cmd.Wait() // it was killed
	}
	return os.RemoveAll(m.dir)
}

func (m *machine) kill() {
	if m.cmd != nil {
		_ = m.cmd.Process.Kill() // it may have ended by itself
	}
}

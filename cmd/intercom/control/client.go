package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"time"
)

// longestReply bounds what a client takes, in octets.
const longestReply = 1 << 20

// Ask says one line at a socket and returns the answer. An error says that nobody answered, and what may be done about it.
func Ask(ctx context.Context, path, line string) (Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return Reply{}, fmt.Errorf("%s: only root and the group of the station may ask it; join it with: sudo usermod -aG intercom $USER", path)
	case err != nil:
		return Reply{}, fmt.Errorf("the station does not answer; does it run, with this socket in [control]? %w", err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return Reply{}, err
	}
	if _, err := io.WriteString(conn, line+"\n"); err != nil {
		return Reply{}, fmt.Errorf("the station does not listen: %w", err)
	}
	text, err := bufio.NewReader(io.LimitReader(conn, longestReply)).ReadBytes('\n')
	if err != nil {
		return Reply{}, fmt.Errorf("the station does not answer, or does not let you in: %w", err)
	}
	var r Reply
	if err := json.Unmarshal(text, &r); err != nil {
		return Reply{}, fmt.Errorf("what the station answers is not understood: %w", err)
	}
	return r, nil
}

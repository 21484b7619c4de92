package hook

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// command runs a program. What others have a say in, such as the address of a telephone, is in its environment and on its standard input
// only, never among its arguments.
type command Config

func (c command) run(ctx context.Context, e Event) error {
	body, err := e.json()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, c.Command[0], c.Command[1:]...)
	cmd.Env = environment(e)
	cmd.Stdin = strings.NewReader(string(body) + "\n")
	// A group of its own: what the program has started ends with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if ctx.Err() != nil {
		return fmt.Errorf("%s has taken too long and was ended", c.Command[0])
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.Command[0], err)
	}
	return nil
}

// environment is all that the program gets: nothing of the station's own.
func environment(e Event) []string {
	env := []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/", "INTERCOM_TIME=" + e.Time.Format(time.RFC3339),
		"INTERCOM_ID=" + e.ID, "INTERCOM_STATION=" + e.Station, "INTERCOM_EVENT=" + e.Kind}
	if zone, ok := os.LookupEnv("TZ"); ok {
		env = append(env, "TZ="+zone)
	}
	for _, f := range [][2]string{{"BUTTON", e.Button}, {"DOOR", e.Door}, {"INPUT", e.Input}, {"PERSON", e.Person}, {"PEER", e.Peer},
		{"WAY", e.Way}, {"CALL", e.Call}, {"REASON", e.Reason}} {
		if f[1] != "" {
			env = append(env, "INTERCOM_"+f[0]+"="+strings.ReplaceAll(f[1], "\x00", ""))
		}
	}
	return env
}

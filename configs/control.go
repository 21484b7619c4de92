package configs

import "path/filepath"

// Control is the [control] table: what programs on this computer may ask the station for.
type Control struct {
	// Socket is the unix socket that they ask at. Empty: there is none.
	Socket string `toml:"socket"`

	// MayOpen lets them open doors. False by default.
	MayOpen bool `toml:"may_open"`
}

// DefaultControlSocket is where programs find the socket if nothing else is said.
const DefaultControlSocket = "/run/intercom/control.sock"

// longestSocket is the length that a socket's name may have on every kernel, in octets, less what it has more while it is made
// (unix(7): sun_path).
const longestSocket = 99

func control(l *faultList, c Control) {
	if c.Socket != "" && (!filepath.IsAbs(c.Socket) || len(c.Socket) > longestSocket) {
		l.value("control.socket", `write a whole path of at most 99 letters such as "`+DefaultControlSocket+`", or "" for none`,
			"socket cannot be %q", brief(c.Socket))
	}
}

package ua

import (
	"log/slog"
	"net/netip"
	"slices"

	"intercom/ua/transport"
)

// readdress tells the peer of a call where we are now, if that has changed: by
// a re-INVITE with the new Contact and session description (RFC 3261 §12.2.1.1,
// §14.1). ended are the connections that the change of the network has cut off.
func (c *call) readdress(ended []transport.Flow) {
	if !c.flow.Reliable() || slices.Contains(ended, c.flow) {
		c.flow.Local = netip.AddrPort{}
	}
	switch {
	case c.ended:
	case c.in != nil && !c.in.answered:
		// The answer will say it.
		if local, err := c.l.local(c.flow); err == nil {
			c.local.AddrPort = local.AddrPort
		}
	case c.up:
		c.toPeer(c.dialog, func(_ transport.Flow, local home) { c.moveTo(local) })
	}
}

func (c *call) moveTo(local home) {
	if c.ended || local.Addr() == c.local.Addr() {
		return
	}
	c.l.log.Info("telling the peer of our new address", slog.String("call", string(c.id)), slog.Any("from", c.local.Addr()), slog.Any("to", local.Addr()))
	local.secure = c.local.secure
	c.local, c.moved = local, true
	c.pursue()
}

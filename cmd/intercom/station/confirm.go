package station

import "log/slog"

// confirmKey is what who has lifted presses to talk.
const confirmKey = '1'

// askToConfirm asks who has lifted to press a key. A voicemail does not: it neither talks to the visitor nor ends the
// ringing of the others, and is hung up after a while.
func (s *Station) askToConfirm(c *call) {
	c.phase = confirming
	c.answerBy = s.now.Add(s.cfg.ConfirmTime)
	s.note("lifted, waits for a 1 to be pressed", slog.String("peer", c.peer), c.attr())
	s.do(Prompt{Call: c.id, Name: PressOne})
}

// confirmed takes a key of who has lifted. It is no digit of a code, and nothing that was pressed before the 1 becomes one.
func (s *Station) confirmed(c *call, key byte) {
	if key != confirmKey {
		return
	}
	s.do(StopPrompt{Call: c.id})
	s.converse(c)
}

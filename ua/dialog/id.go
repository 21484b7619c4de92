package dialog

import (
	"fmt"

	"intercom/ua/sip"
)

// RequestID is the dialog that a request of the peer belongs to: its To tag is
// the local one. RFC 3261 §12.2.2; without a To tag there is none.
func RequestID(req *sip.Message) (ID, error) {
	from, to, err := tags(req)
	if err != nil {
		return ID{}, err
	}
	if to == "" {
		return ID{}, ErrNoTag
	}
	return ID{req.CallID(), to, from}, nil
}

// ResponseID is the dialog that a response to a request of ours belongs to:
// its From tag is the local one. RFC 3261 §12.1.2: "A UAC MUST be prepared to
// receive a response without a tag in the To field, in which case the tag is
// considered to have a value of null", which is how RFC 2543 peers answer; a
// provisional response of theirs makes no dialog.
func ResponseID(resp *sip.Message) (ID, error) {
	from, to, err := tags(resp)
	if err != nil {
		return ID{}, err
	}
	if to == "" && resp.Status < 200 {
		return ID{}, ErrNoTag
	}
	return ID{resp.CallID(), from, to}, nil
}

func tags(m *sip.Message) (from, to string, err error) {
	f, err := m.From()
	if err != nil {
		return "", "", fmt.Errorf("header field From: %w", err)
	}
	t, err := m.To()
	if err != nil {
		return "", "", fmt.Errorf("header field To: %w", err)
	}
	return f.Tag(), t.Tag(), nil
}

package sound

import (
	"context"
	"fmt"
	"io"
	"time"

	"intercom/media"
	"intercom/media/loopback"
)

// Test plays sweeps, writes what came back, and reports whether all is well.
func Test(ctx context.Context, card media.Card, out io.Writer) (well bool, err error) {
	fmt.Fprintf(out, "Three sweeps are played on %v: keep quiet for %.0f seconds.\n", card, loopback.Length.Seconds())
	r, err := probe(ctx, card)
	if err != nil {
		return false, err
	}
	writeReport(out, r)
	faults := r.Faults()
	for _, f := range faults {
		fmt.Fprintf(out, "  ! %s\n", f)
	}
	if len(faults) == 0 {
		fmt.Fprintln(out, "Loudspeaker and microphone are well.")
	}
	return len(faults) == 0, nil
}

func probe(ctx context.Context, card media.Card) (loopback.Report, error) {
	p := loopback.New(card.Rate())
	if err := use(ctx, card, p.Done(), p.Process); err != nil {
		return loopback.Report{}, err
	}
	select {
	case <-p.Done():
		return p.Report(), nil
	default:
		return loopback.Report{}, context.Cause(ctx)
	}
}

func writeReport(out io.Writer, r loopback.Report) {
	row := func(name, format string, args ...any) {
		fmt.Fprintf(out, "  %-22s %s\n", name, fmt.Sprintf(format, args...))
	}
	row("silence", "%.1f dBFS", r.Noise)
	row("while sweeping", "%.1f dBFS (played at %.0f dBFS)", r.Heard, loopback.Level)
	row("clipped", "%.2f %% of the samples", 100*r.Clipped)
	if r.Found == 0 {
		return
	}
	row("delay", "%v (± %v over %d sweeps)", r.Delay.Round(100*time.Microsecond), (r.Spread / 2).Round(100*time.Microsecond), r.Found)
	row("echo", "%+.1f dB against what is played", r.Gain)
	row("rings", "%v until it has fallen by 30 dB", r.Ring.Round(time.Millisecond))
	row("distortion", "%.1f dB", r.Distortion)
}

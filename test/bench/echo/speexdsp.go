//go:build speexdsp && cgo

package echo

/*
#cgo pkg-config: speexdsp
#include <speex/speex_echo.h>
#include <speex/speex_preprocess.h>

static void tell(SpeexEchoState *echo, SpeexPreprocessState *pre, int rate) {
	int off = 0;
	speex_echo_ctl(echo, SPEEX_ECHO_SET_SAMPLING_RATE, &rate);
	speex_preprocess_ctl(pre, SPEEX_PREPROCESS_SET_ECHO_STATE, echo);
	speex_preprocess_ctl(pre, SPEEX_PREPROCESS_SET_DENOISE, &off);
}

// play runs whole blocks in C, so that the price of a call from Go is not counted.
static void play(SpeexEchoState *echo, SpeexPreprocessState *pre, const short *near, const short *far, short *out, int block, int blocks) {
	for (int i = 0; i < blocks; i++) {
		speex_echo_cancellation(echo, near + i*block, far + i*block, out);
		speex_preprocess_run(pre, out);
	}
}
*/
import "C"

// speexdsp is libspeexdsp's echo canceller with its residual echo suppressor.
type speexdsp struct {
	echo  *C.SpeexEchoState
	pre   *C.SpeexPreprocessState
	block int
	out   []int16
}

// newSpeexdsp makes a canceller of blocks of 10 ms whose filter is so many blocks long.
func newSpeexdsp(rate, blocks int) *speexdsp {
	b := rate / 100
	s := &speexdsp{block: b, out: make([]int16, b)}
	s.echo = C.speex_echo_state_init(C.int(b), C.int(b*blocks))
	s.pre = C.speex_preprocess_state_init(C.int(b), C.int(rate))
	C.tell(s.echo, s.pre, C.int(rate))
	return s
}

// process cancels the echo of whole blocks and keeps the last one.
func (s *speexdsp) process(near, far []int16) {
	C.play(s.echo, s.pre, (*C.short)(&near[0]), (*C.short)(&far[0]), (*C.short)(&s.out[0]), C.int(s.block), C.int(len(near)/s.block))
}

func (s *speexdsp) close() {
	C.speex_preprocess_state_destroy(s.pre)
	C.speex_echo_state_destroy(s.echo)
}

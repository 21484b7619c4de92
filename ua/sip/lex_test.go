package sip

import (
	"strings"
	"testing"
)

// A description that stands where a start line belongs is in no log with its keys.
func TestErrorsShowNoKeys(t *testing.T) {
	const key = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
	for _, text := range []string{
		"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "\r\n\r\n",
		"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|2^20",
	} {
		_, err := Parse([]byte(text))
		if err == nil || strings.Contains(err.Error(), key[:6]) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

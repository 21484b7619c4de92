package wire

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"intercom/ua/digest"
)

// password is that of every phone.
const password = "secret"

// hashes are those of RFC 8760.
var hashes = map[string]func() hash.Hash{"": md5.New, "MD5": md5.New, "SHA-256": sha256.New, "SHA-512-256": sha512.New512_256}

// judgeCredentials computes the response of a digest once more (RFC 7616 §3.4) and looks that it fits the challenge.
func (r *record) judgeCredentials(i int) {
	w := r.words[i]
	for header, asked := range map[string]string{"Authorization": "WWW-Authenticate", "Proxy-Authorization": "Proxy-Authenticate"} {
		for _, value := range w.all(header) {
			c, err := digest.ParseCredentials(value)
			if err != nil {
				r.blame(w, "%s: %v", header, err)
				continue
			}
			if want := response(c, w); w.Method != "ACK" && c.Response != want {
				r.blame(w, "the response is %s, want %s", c.Response, want)
			}
			if w.Method != "ACK" && c.URI != w.RequestURI {
				r.blame(w, "the digest is for the URI %q", c.URI)
			}
			if !r.challenged(i, asked, c) {
				r.blame(w, "the %s answers no challenge", header)
			}
			if before := r.counted(i, header, c.Nonce); w.Method != "ACK" && c.QOP != "" && c.NC != fmt.Sprintf("%08x", before+1) {
				r.blame(w, "nc %s of nonce %q after %d requests with it", c.NC, c.Nonce, before)
			}
		}
	}
}

// challenged tells whether a peer had asked for these credentials.
func (r *record) challenged(i int, header string, c digest.Credentials) bool {
	for _, a := range r.words[:i] {
		for _, value := range a.all(header) {
			ch, err := digest.ParseChallenge(value)
			if err == nil && ch.Nonce == c.Nonce && ch.Realm == c.Realm && ch.Opaque == c.Opaque && strings.EqualFold(ch.Algorithm, c.Algorithm) {
				return true
			}
		}
	}
	return false
}

// counted is how many requests before the i-th word used a nonce.
func (r *record) counted(i int, header, nonce string) int {
	branches := map[string]bool{}
	for _, w := range r.words[:i] {
		if w.byPhone && w.IsRequest() && w.Method != "ACK" && w.Method != "CANCEL" && w.branch != r.words[i].branch &&
			strings.Contains(w.Get(header), `nonce="`+nonce+`"`) {
			branches[w.branch] = true
		}
	}
	return len(branches)
}

// response is what a digest must say.
func response(c digest.Credentials, w word) string {
	name, session := strings.CutSuffix(c.Algorithm, "-sess")
	h := hashes[name]
	if h == nil {
		return "nothing: its algorithm is unknown"
	}
	a1 := hexOf(h, c.Username, c.Realm, password)
	if session {
		a1 = hexOf(h, a1, c.Nonce, c.CNonce)
	}
	a2 := hexOf(h, w.Method, c.URI)
	switch c.QOP {
	case "":
		return hexOf(h, a1, c.Nonce, a2)
	case "auth-int":
		a2 = hexOf(h, w.Method, c.URI, hexOf(h, string(w.Body)))
	}
	return hexOf(h, a1, c.Nonce, c.NC, c.CNonce, c.QOP, a2)
}

func hexOf(h func() hash.Hash, parts ...string) string {
	d := h()
	d.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(d.Sum(nil))
}

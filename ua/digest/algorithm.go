package digest

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"strings"
)

// An algorithm is a hash and whether its key is bound to a session.
type algorithm struct {
	sum      func(string) string // in lower-case hexadecimal
	session  bool                // the -sess variants
	strength int                 // grows with what the hash withstands
}

// algorithmOf finds an algorithm by the name of its parameter. RFC 7616 §3.3: "If the algorithm parameter is not present,
// it is assumed to be 'MD5'."
func algorithmOf(name string) (algorithm, bool) {
	base := strings.ToUpper(name)
	base, session := strings.CutSuffix(base, "-SESS")
	switch base {
	case "", "MD5":
		return algorithm{sumMD5, session, 0}, base != "" || !session
	case "SHA-256":
		return algorithm{sumSHA256, session, 1}, true
	case "SHA-512-256":
		return algorithm{sumSHA512256, session, 2}, true
	}
	return algorithm{}, false
}

func sumMD5(s string) string {
	h := md5.Sum([]byte(s))
	return hex.EncodeToString(h[:])
}

func sumSHA256(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// sumSHA512256 is SHA-512/256 of FIPS 180-4, which has initial values of its own, not SHA-512 cut short.
func sumSHA512256(s string) string {
	h := sha512.Sum512_256([]byte(s))
	return hex.EncodeToString(h[:])
}

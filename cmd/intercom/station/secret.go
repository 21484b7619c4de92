package station

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// A hashed code is written as "pbkdf2-sha256$1000$salt$sum", salt and sum in base64 without padding.
const (
	hashName     = "pbkdf2-sha256"
	hashRounds   = 1000 // what HashCode takes
	fewestRounds = 1000
	mostRounds   = 20_000
	saltSize     = 16
)

// allRounds bounds what the hashed codes of a station cost together: all are looked at for every code that is typed, and on the
// slowest board 1000 rounds take 20 ms.
const allRounds = 50_000

// A secret is what a typed code is compared with: the digits themselves, or what has been made of them.
type secret struct {
	plain  digits
	salt   []byte
	sum    []byte // nil: plain
	rounds int
}

func (s *secret) hashed() bool { return s.sum != nil }

// longest is how long the code can be: of a hashed one nobody knows.
func (s *secret) longest() byte {
	if s.hashed() {
		return LongestCode
	}
	return s.plain[0]
}

// fits is 1 if the digits are the code, else 0, after a time that does not tell how far they were right.
func (s *secret) fits(typed *digits) int {
	if !s.hashed() {
		return subtle.ConstantTimeCompare(s.plain[:], typed[:])
	}
	sum, err := derive(typed, s.salt, s.rounds)
	if err != nil {
		return 0
	}
	return subtle.ConstantTimeCompare(s.sum, sum)
}

func derive(typed *digits, salt []byte, rounds int) ([]byte, error) {
	text := make([]byte, typed[0])
	for i := range text {
		text[i] = '0' + (typed[1+i]-'0')%10
	}
	return pbkdf2.Key(sha256.New, string(text), salt, rounds, sha256.Size)
}

// Hashed reports whether the code is written as "intercom hash" makes it, not as its digits.
func (c Code) Hashed() bool { return strings.HasPrefix(string(c), hashName) }

// HashCode makes of a code what a configuration can hold without telling it. The salt is 16 random bytes.
func HashCode(c Code, salt [saltSize]byte, allowWeak bool) (string, error) {
	d, ok := parseCode(c)
	switch {
	case !ok:
		return "", fmt.Errorf("this is no code: %s; want %d to %d digits", notCode(c), ShortestCode, LongestCode)
	case weak(c) && !allowWeak:
		return "", fmt.Errorf("this code is guessed first; choose one without a pattern")
	}
	sum, err := derive(&d, salt[:], hashRounds)
	if err != nil {
		return "", err
	}
	text := base64.RawStdEncoding
	return fmt.Sprintf("%s$%d$%s$%s", hashName, hashRounds, text.EncodeToString(salt[:]), text.EncodeToString(sum)), nil
}

// parseSecret reads a code in either form. Its errors do not tell the code.
func parseSecret(c Code) (s secret, err error) {
	if c.Hashed() {
		return parseHash(string(c))
	}
	d, ok := parseCode(c)
	if !ok {
		return s, fmt.Errorf("%s", notCode(c))
	}
	return secret{plain: d}, nil
}

func parseHash(text string) (s secret, err error) {
	parts := strings.Split(text, "$")
	if len(parts) != 4 || parts[0] != hashName {
		return s, fmt.Errorf("it is not as %q makes it", "intercom hash")
	}
	if s.rounds, err = strconv.Atoi(parts[1]); err != nil || s.rounds < fewestRounds || s.rounds > mostRounds {
		return s, fmt.Errorf("its rounds are not %d to %d", fewestRounds, mostRounds)
	}
	salt, errSalt := base64.RawStdEncoding.Strict().DecodeString(parts[2])
	sum, errSum := base64.RawStdEncoding.Strict().DecodeString(parts[3])
	if errSalt != nil || errSum != nil || len(salt) < saltSize || len(salt) > 64 || len(sum) != sha256.Size {
		return s, fmt.Errorf("part of it is missing or altered")
	}
	s.salt, s.sum = salt, sum
	return s, nil
}

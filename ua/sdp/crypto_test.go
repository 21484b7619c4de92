package sdp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// master is a key of a suite's length, of one octet repeated.
func master(suite string, fill byte) Secret {
	return Secret(bytes.Repeat([]byte{fill}, MasterLength(suite)))
}

// inline is such a key as it stands in a description.
func inline(suite string, fill byte) string {
	return "inline:" + base64.StdEncoding.EncodeToString([]byte(master(suite, fill)))
}

func TestCrypto(t *testing.T) { // RFC 4568 §9.1
	k80, k32, gcm := inline(AESCM128HMACSHA1x80, 'a'), inline(AESCM128HMACSHA1x32, 'b'), inline(AEADAES128GCM, 'c')
	for _, tt := range []struct {
		value, suite, mki string
		tag               int
	}{
		{"1 AES_CM_128_HMAC_SHA1_80 " + k80, AESCM128HMACSHA1x80, "", 1},
		{"999999999 AES_CM_128_HMAC_SHA1_32 " + k32, AESCM128HMACSHA1x32, "", 999999999},
		{"3 AEAD_AES_128_GCM " + gcm, AEADAES128GCM, "", 3},
		{"3 AEAD_AES_128_GCM " + strings.TrimRight(gcm, "="), AEADAES128GCM, "", 3},
		{"1\tAES_CM_128_HMAC_SHA1_80  " + k80 + "|2^20", AESCM128HMACSHA1x80, "", 1},
		{"1 AES_CM_128_HMAC_SHA1_80 " + k80 + "|2^48", AESCM128HMACSHA1x80, "", 1},
		{"1 AES_CM_128_HMAC_SHA1_80 " + k80 + "|1048576|1:1", AESCM128HMACSHA1x80, "\x01", 1},
		{"1 AES_CM_128_HMAC_SHA1_80 " + k80 + "|1:4", AESCM128HMACSHA1x80, "\x00\x00\x00\x01", 1},
		{"1 AES_CM_128_HMAC_SHA1_80 " + k80 + "|258:2", AESCM128HMACSHA1x80, "\x01\x02", 1},
		{"1 AES_CM_128_HMAC_SHA1_80 " + k80 + "|7:128", AESCM128HMACSHA1x80, strings.Repeat("\x00", 127) + "\x07", 1},
		{"1 AES_CM_128_HMAC_SHA1_80 " + k80 + " WSH=64", AESCM128HMACSHA1x80, "", 1},
		{"1 AES_CM_128_HMAC_SHA1_80 " + k80 + " -FOO=1 -BAR", AESCM128HMACSHA1x80, "", 1},
	} {
		c, err := ParseCrypto(tt.value)
		if err != nil || c.Tag != tt.tag || c.Key.Suite != tt.suite || c.Key.MKI != tt.mki || len(c.Key.Master) != MasterLength(tt.suite) {
			t.Errorf("%q: %+v, %v", tt.value, c, err)
		}
		if again, err := ParseCrypto(string(c.Append(nil))); err != nil || again != c {
			t.Errorf("%q is read as %+v, written and read again as %+v, %v", tt.value, c, again, err)
		}
	}
}

func TestCryptoThatCannotBeUsed(t *testing.T) {
	const suite = AESCM128HMACSHA1x80
	key := inline(suite, 'a')
	for name, value := range map[string]string{
		"nothing":                     "",
		"no key":                      "1 AES_CM_128_HMAC_SHA1_80",
		"a tag that is no number":     "x AES_CM_128_HMAC_SHA1_80 " + key,
		"a tag of ten digits":         "1000000000 AES_CM_128_HMAC_SHA1_80 " + key,
		"a negative tag":              "-1 AES_CM_128_HMAC_SHA1_80 " + key,
		"an unknown suite":            "1 F8_128_HMAC_SHA1_80 " + key,
		"a suite in small letters":    "1 aes_cm_128_hmac_sha1_80 " + key,
		"a key that is not inline":    "1 AES_CM_128_HMAC_SHA1_80 uri:" + key,
		"a key that is not base64":    "1 AES_CM_128_HMAC_SHA1_80 inline:" + strings.Repeat("!", 40),
		"a short key":                 "1 AES_CM_128_HMAC_SHA1_80 inline:AAAA",
		"the key of GCM":              "1 AES_CM_128_HMAC_SHA1_80 " + inline(AEADAES128GCM, 'a'),
		"two keys":                    "1 AES_CM_128_HMAC_SHA1_80 " + key + "|1:1;" + key + "|2:1",
		"a lifetime of zero":          "1 AES_CM_128_HMAC_SHA1_80 " + key + "|0",
		"a lifetime of a minute":      "1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^11",
		"a lifetime of 2^49":          "1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^49",
		"a lifetime of 2^64":          "1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^64",
		"a lifetime in words":         "1 AES_CM_128_HMAC_SHA1_80 " + key + "|long",
		"no lifetime":                 "1 AES_CM_128_HMAC_SHA1_80 " + key + "|",
		"an MKI without octets":       "1 AES_CM_128_HMAC_SHA1_80 " + key + "|1:0",
		"an MKI of 129 octets":        "1 AES_CM_128_HMAC_SHA1_80 " + key + "|1:129",
		"an MKI too large":            "1 AES_CM_128_HMAC_SHA1_80 " + key + "|256:1",
		"an MKI that is no number":    "1 AES_CM_128_HMAC_SHA1_80 " + key + "|a:1",
		"an MKI before the lifetime":  "1 AES_CM_128_HMAC_SHA1_80 " + key + "|1:1|2^20",
		"more than an MKI":            "1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^20|1:1|1:1",
		"plain RTP in SRTP":           "1 AES_CM_128_HMAC_SHA1_80 " + key + " UNENCRYPTED_SRTP",
		"plain RTCP in SRTCP":         "1 AES_CM_128_HMAC_SHA1_80 " + key + " UNENCRYPTED_SRTCP",
		"packets that anybody forges": "1 AES_CM_128_HMAC_SHA1_80 " + key + " UNAUTHENTICATED_SRTP",
		"keys derived again":          "1 AES_CM_128_HMAC_SHA1_80 " + key + " KDR=1",
		"error correction":            "1 AES_CM_128_HMAC_SHA1_80 " + key + " FEC_ORDER=FEC_SRTP",
		"a window too small":          "1 AES_CM_128_HMAC_SHA1_80 " + key + " WSH=63",
		"a mandatory unknown":         "1 AES_CM_128_HMAC_SHA1_80 " + key + " WSH=64 FOO",
	} {
		c, err := ParseCrypto(value)
		if err == nil {
			t.Errorf("%s: %q is read as %+v", name, value, c)
		} else if strings.Contains(err.Error(), "YWFh") {
			t.Errorf("%s: the key is shown: %v", name, err)
		}
	}
}

// A key is in no log, whatever prints what it is in.
func TestSecret(t *testing.T) {
	s := Session{Keys: Keys{Send: Key{Suite: AEADAES128GCM, Master: "topsecret"}}}
	var text, structured bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("x", "session", s, "key", s.Keys.Send.Master)
	slog.New(slog.NewJSONHandler(&structured, nil)).Info("x", "session", s, "key", s.Keys.Send.Master)
	encoded, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{"text log": text.String(), "JSON log": structured.String(), "JSON": string(encoded)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown[verb] = fmt.Sprintf(verb, s) + fmt.Sprintf(verb, &s) + fmt.Sprintf(verb, s.Keys.Send.Master)
	}
	for how, what := range shown {
		if strings.Contains(what, "topsecret") || strings.Contains(what, "746f70") || strings.Contains(what, "dG9wc2") || strings.Contains(what, "116 111 112") {
			t.Errorf("%s shows the key: %s", how, what)
		}
	}
}

func TestRedact(t *testing.T) {
	const k = "YWFhYWFh"
	for text, want := range map[string]string{
		"":           "",
		"a=sendrecv": "a=sendrecv",
		"a=crypto:1 S inline:" + k + "|2^20 WSH=64\r\na=crypto:2 S inline:" + k + "\r\nb": "a=crypto:1 S inline:(not shown) WSH=64\r\na=crypto:2 S inline:(not shown)\r\nb",
		"inline:": "inline:(not shown)",
	} {
		before := []byte(text)
		shown, cut := Redact(before)
		if string(shown) != want || cut != (text != want) || string(before) != text {
			t.Errorf("%q becomes %q, %v", text, shown, cut)
		}
	}
	if _, err := Parse([]byte("v=0\r\na crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + k)); err == nil || strings.Contains(err.Error(), "YWF") {
		t.Errorf("a torn line: %v", err)
	}
}

func FuzzCrypto(f *testing.F) {
	f.Add("1 AES_CM_128_HMAC_SHA1_80 " + inline(AESCM128HMACSHA1x80, 'a') + "|2^20|1:4 WSH=128")
	f.Add("2 AEAD_AES_128_GCM " + inline(AEADAES128GCM, 'b') + " -X")
	f.Add("3 AES_CM_128_HMAC_SHA1_32 inline:" + strings.Repeat("A", 40) + "|258:12")
	f.Add("4 AES_CM_128_HMAC_SHA1_32 inline:;|:")
	f.Fuzz(func(t *testing.T, value string) {
		c, err := ParseCrypto(value)
		if err != nil {
			return
		}
		if len(c.Key.Master) != MasterLength(c.Key.Suite) || c.Tag < 0 || c.Tag > maxTag || len(c.Key.MKI) > maxMKI {
			t.Fatalf("%q is read as %+v", value, c)
		}
		text := string(c.Append(nil))
		if again, err := ParseCrypto(text); err != nil || again != c {
			t.Fatalf("%+v is read again as %+v, %v", c, again, err)
		}
		if shown, cut := Redact([]byte(text)); !cut || bytes.Contains(shown, []byte(base64.StdEncoding.EncodeToString([]byte(c.Key.Master)))) {
			t.Fatalf("the key is shown: %q", shown)
		}
	})
}

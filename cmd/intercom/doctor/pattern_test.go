package doctor

import "testing"

func TestPatternsHide(t *testing.T) {
	for _, c := range []struct{ secret, text, want string }{
		{"7391", "7391 17391 73912 x7391y 7391,7391", "*** 17391 73912 x***y ***,***"},
		{"ab", "ab xab ab1 (AB) ab", "*** xab ab1 (***) ***"},
		{"Secret", "xsecretSECRETs", "x******s"},
		{"two words", "Two\r\n\twords, twowords, two  words", "***, twowords, ***"},
		{" padded ", "padded", "***"},
		{"Straße", "STRAßE", "***"},
		{"kelvin", "\u212aelvin", "***"}, // the sign of the kelvin is a k too
		{"p\xffss", "p\xffss", "***"},
		{"nothing", "here", "here"},
	} {
		if got := newPattern(c.secret).hide(c.text); got != c.want {
			t.Errorf("%q hidden in %q gave %q, want %q", c.secret, c.text, got, c.want)
		}
	}
}

func TestHardwareAddressesAreHidden(t *testing.T) {
	const x = "xx:xx:xx:xx:xx:xx"
	for text, want := range map[string]string{
		"link/ether b8:27:eb:00:00:01 brd": "link/ether " + x + " brd",
		"B8-27-EB-00-00-01":                x,
		"1b8:27:eb:00:00:01":               "1b8:27:eb:00:00:01", // part of something longer
		"b8:27:eb:00:00:0":                 "b8:27:eb:00:00:0",
		"fe80::ba27:ebff:fe00:1":           "fe80::ba27:ebff:fe00:1",
	} {
		if got := hideAddresses(text); got != want {
			t.Errorf("%q gave %q, want %q", text, got, want)
		}
	}
}

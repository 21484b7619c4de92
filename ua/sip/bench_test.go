package sip

import "testing"

func BenchmarkParse(b *testing.B) {
	datagram := crlf(invite)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(datagram); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTyped(b *testing.B) {
	m, err := Parse(crlf(invite))
	if err != nil {
		b.Fatal(err)
	}
	for name, read := range map[string]func() error{
		"Via":     func() error { _, err := m.TopVia(); return err },
		"From":    func() error { _, err := m.From(); return err },
		"To":      func() error { _, err := m.To(); return err },
		"Contact": func() error { _, err := m.Contact(); return err },
		"CSeq":    func() error { _, err := m.CSeq(); return err },
		"URI":     func() error { _, err := ParseURI(m.RequestURI); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	m, err := Parse(crlf(invite))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if f := Validate(m); f != nil {
			b.Fatal(f)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	m, err := Parse(crlf(invite))
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 0, 2048)
	b.ReportAllocs()
	for b.Loop() {
		buf = m.Append(buf[:0])
	}
}

func BenchmarkResponse(b *testing.B) {
	m, err := Parse(crlf(invite))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		NewResponse(m, 200, "")
	}
}

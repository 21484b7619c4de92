package wavcard

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWhatTheSpeakerSaidTheMicrophoneHears(t *testing.T) {
	file := filepath.Join(t.TempDir(), "said.wav")
	said := []int16{1, -2, 300, -400, 5000}
	s, err := CreateSpeaker(file, 8000)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Write(said); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	m, err := OpenMicrophone(file, 8000)
	if err != nil {
		t.Fatal(err)
	}
	heard := make([]int16, 8)
	for i := range heard {
		heard[i] = 77
	}
	if n := m.Read(heard); n != len(heard) {
		t.Errorf("read %d samples, want %d", n, len(heard))
	}
	if want := append(slices.Clone(said), 0, 0, 0); !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
}

func TestFaultsNameTheFile(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.wav")
	if err := os.WriteFile(text, []byte("not a sound at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "missing.wav")
	for _, file := range []string{text, missing, dir} {
		if _, err := OpenMicrophone(file, 8000); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: got error %v, want one that names the file", file, err)
		}
	}
	if _, err := CreateSpeaker(dir, 8000); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("a folder as loudspeaker: got error %v, want one that names it", err)
	}
}

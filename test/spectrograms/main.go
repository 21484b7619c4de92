// Command spectrograms draws what calls sound like: a call of the demonstration, the echo of a loudspeaker beside its
// microphone before and after it is cancelled, and two people who talk at the same time. docs/sound.md shows and explains the
// pictures.
//
//	go run ./test/spectrograms DEMO-DIR OUT-DIR
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"intercom/media/wav"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: spectrograms DEMO-DIR OUT-DIR")
		os.Exit(2)
	}
	if err := draw(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "spectrograms:", err)
		os.Exit(1)
	}
}

func draw(demo, out string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for name, file := range map[string]string{"demo-door.png": "visit-1-visitor-heard.wav", "demo-house.png": "visit-1-house-heard.wav"} {
		sound, rate, err := read(filepath.Join(demo, file))
		if err != nil {
			return err
		}
		if err := save(filepath.Join(out, name), rate, sound); err != nil {
			return err
		}
	}
	for name, s := range scenes() {
		if err := save(filepath.Join(out, name), sceneRate, s.microphone, s.sent); err != nil {
			return err
		}
	}
	return nil
}

func read(file string) ([]int16, int, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	sound, rate, err := wav.Read(f)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", file, err)
	}
	return sound, rate, nil
}

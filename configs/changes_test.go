package configs

import (
	"slices"
	"strings"
	"testing"
)

func TestChanges(t *testing.T) {
	side := "[[door]]\nname = \"side\"\nrelay = \"GPIO22\"\n"
	for name, c := range map[string]struct {
		from, to string
		want     []string
	}{
		"nothing":          {good, good, nil},
		"a comment":        {good, "# our door\n" + good, nil},
		"a default":        {good, strings.Replace(good, "[station]", "[station]\nwrong_codes = 5", 1), nil},
		"a rule":           {good, strings.Replace(good, `"20s"`, `"25s"`, 1), []string{"ring_time in [station]"}},
		"a new table":      {good, good + "[log]\nlevel = \"debug\"\n", []string{"level in [log]"}},
		"an embedded one":  {good, good + "[sound]\ncountry = \"FR\"\n", []string{"country in [sound]"}},
		"wire and secret":  {good, strings.NewReplacer("GPIO27", "GPIO22", "73915", "79315").Replace(good), []string{`code in [[door]] "front"`, `relay in [[door]] "front"`}},
		"a password":       {good, strings.Replace(good, "hunter2", "zanzibar", 1), []string{`password in [[account]] "box"`}},
		"one more":         {good, good + side, []string{`the new [[door]] "side"`}},
		"one less":         {good + side, good, []string{`[[door]] "side", which is gone`}},
		"another order":    {good + side, side + good, []string{"the order of [[door]]"}},
		"several in order": {good, strings.NewReplacer(`"20s"`, `"25s"`, `"3s"`, `"4s"`).Replace(good), []string{`pulse in [[door]] "front"`, "ring_time in [station]"}},
	} {
		got := Changes(Files{Path: "x.toml", Text: []byte(c.from)}, Files{Path: "x.toml", Text: []byte(c.to)})
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		for _, told := range got {
			if strings.Contains(told, "zanzibar") || strings.Contains(told, "79315") || strings.Contains(told, "hunter2") {
				t.Errorf("%s: a secret is told: %q", name, told)
			}
		}
	}
}

func TestChangesOfSecrets(t *testing.T) {
	a, b := with("[[door]]\nname = \"garage\"\ncode = \"739164\"\n"), with("[[door]]\nname = \"garage\"\ncode = \"739165\"\n")
	if got := Changes(a, b); !slices.Equal(got, []string{`code in [[door]] "garage"`}) {
		t.Errorf("%q", got)
	}
}

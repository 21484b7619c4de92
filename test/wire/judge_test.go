package wire

import (
	"fmt"
	"strconv"
	"strings"
)

// judge holds what the phone has said against the rules and gives the faults, as sentences.
func judge(transcript []saying) (faults []string) {
	for _, m := range transcript {
		if !m.byPhone {
			continue
		}
		if fault := frame(m.text); fault != "" {
			faults = append(faults, fmt.Sprintf("%s:\n%s", fault, m.text))
		}
	}
	faults = append(faults, judgeAnswers(transcript)...)
	return append(faults, judgeDescriptions(transcript)...)
}

// frame says what is wrong with the outline of a message.
func frame(text string) string {
	head, body, ok := strings.Cut(text, "\r\n\r\n")
	if !ok {
		return "the header has no end"
	}
	lengths := 0
	for i, line := range strings.Split(head, "\r\n") {
		name, value, ok := strings.Cut(line, ": ")
		switch {
		case strings.ContainsAny(line, "\r\n"):
			return fmt.Sprintf("the line %q ends otherwise than with CRLF", line)
		case i > 0 && (!ok || strings.ContainsAny(name, " \t") || value == "" && name != "Supported" && name != "Recv-Info"):
			return fmt.Sprintf("the line %q is no header field", line)
		case name == "Content-Length" && value != strconv.Itoa(len(body)):
			return fmt.Sprintf("Content-Length is %s, the body has %d octets", value, len(body))
		case name == "Content-Length":
			lengths++
		}
	}
	if lengths != 1 {
		return fmt.Sprintf("there are %d Content-Length", lengths)
	}
	return ""
}

package transaction

import (
	"testing"
	"time"
)

func client(t *testing.T, reliable bool) (*story, *Client) {
	s := begin(t)
	c, out := NewClient(s.now, request("REGISTER"), reliable, Default())
	s.note(out)
	s.m = c
	return s, c
}

func TestClientWithoutAnyResponse(t *testing.T) {
	s, _ := client(t, false)
	s.until(time.Minute)
	s.want(Terminated,
		"0s send REGISTER", "500ms send REGISTER", "1.5s send REGISTER", "3.5s send REGISTER", "7.5s send REGISTER",
		"11.5s send REGISTER", "15.5s send REGISTER", "19.5s send REGISTER", "23.5s send REGISTER", "27.5s send REGISTER",
		"31.5s send REGISTER", "32s "+timedOut)
	s.wantSilence()
}

func TestClientOverTCPSendsOnce(t *testing.T) {
	s, _ := client(t, true)
	s.until(time.Minute)
	s.want(Terminated, "0s send REGISTER", "32s "+timedOut)
}

func TestClientSlowsDownAfterAProvisional(t *testing.T) {
	s, _ := client(t, false)
	s.until(600 * time.Millisecond)
	s.receive(responseTo("REGISTER", 100))
	s.receive(responseTo("REGISTER", 100))
	s.until(10 * time.Second)
	s.want(Proceeding, "0s send REGISTER", "500ms send REGISTER", "600ms deliver 100", "600ms deliver 100",
		"1.5s send REGISTER", "5.5s send REGISTER", "9.5s send REGISTER")
	s.until(time.Minute)
	s.want(Terminated, "13.5s send REGISTER", "17.5s send REGISTER", "21.5s send REGISTER", "25.5s send REGISTER",
		"29.5s send REGISTER", "32s "+timedOut)
}

func TestClientTakesOneFinalResponse(t *testing.T) {
	for _, status := range []int{200, 302, 401, 503, 603} {
		for _, provisional := range []bool{false, true} {
			s, _ := client(t, false)
			want := []string{"0s send REGISTER"}
			if provisional {
				s.receive(responseTo("REGISTER", 100))
				want = append(want, "0s deliver 100")
			}
			s.receive(responseTo("REGISTER", status))
			s.until(time.Second)
			s.receive(responseTo("REGISTER", status))
			s.receive(responseTo("REGISTER", 100))
			s.until(4 * time.Second)
			s.want(Completed, append(want, "0s deliver "+title(response(status)))...)
			s.until(time.Minute)
			s.want(Terminated, "5s done") // Timer K
			s.wantSilence()
		}
	}
}

func TestClientOverTCPEndsWithTheFinalResponse(t *testing.T) {
	s, _ := client(t, true)
	s.receive(responseTo("REGISTER", 200))
	s.want(Terminated, "0s send REGISTER", "0s deliver 200, done")
	s.wantSilence()
}

func TestClientTransportErrors(t *testing.T) {
	s, c := client(t, false)
	s.note(c.TransportError(s.now, errBroken))
	s.want(Terminated, "0s send REGISTER", "0s tell broken, done")
	s.wantSilence()

	s, c = client(t, false)
	s.receive(responseTo("REGISTER", 100))
	s.note(c.TransportError(s.now, errBroken))
	s.want(Terminated, "0s send REGISTER", "0s deliver 100", "0s tell broken, done")

	s, c = client(t, false)
	s.receive(responseTo("REGISTER", 200))
	s.note(c.TransportError(s.now, errBroken))
	s.want(Completed, "0s send REGISTER", "0s deliver 200")
}

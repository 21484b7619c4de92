package demo

import (
	"time"

	"intercom/board/sim"
	"intercom/cmd/intercom/phone"
	"intercom/media"
	"intercom/ua"
)

// phoneOptions is the telephone that answers, and types the code of the door.
func (d *director) phoneOptions() phone.Options {
	card, err := sim.NewCard("telephone", rate, d.house, d.atHouse)
	if err != nil {
		panic(err) // the rate is a constant that it takes
	}
	o := d.telephone("house", d.opt.Phone, card)
	o.Auto, o.AnswerAfter = true, 2*time.Second
	o.Digits, o.DigitsAfter = string(d.opt.Config.Station.Doors[0].Code)+"#", codeIsTyped
	o.Watch = d.phoneWatcher()
	return o
}

// otherOptions is the telephone that nobody lifts.
func (d *director) otherOptions() phone.Options {
	card, err := sim.NewCard("telephone", rate, nil, nil)
	if err != nil {
		panic(err)
	}
	o := d.telephone("attic", d.opt.Other, card)
	o.Watch = phone.Watcher{Event: d.otherEvent}
	return o
}

func (d *director) telephone(user, address string, card media.Card) phone.Options {
	sip := ua.Default()
	sip.Listen = address
	sip.Allow = []string{"127.0.0.0/8"}
	sip.UserAgent = "intercom-phone"
	sip.MaxCalls = 1
	return phone.Options{
		SIP:      sip,
		Accounts: []ua.Account{{Name: user, AOR: "sip:" + user + "@" + address}},
		RTP:      media.Default(),
		Card:     card,
		Log:      d.opt.Log,
	}
}

func (d *director) otherEvent(_ time.Time, e ua.Event) {
	switch e := e.(type) {
	case ua.Incoming:
		d.screen.say("attic   the telephone rings: %q calls", e.FromName)
	case ua.Ended:
		d.screen.say("attic   stops ringing: %s", e.Cause.Text)
	}
}

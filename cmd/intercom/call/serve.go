package call

import (
	"context"
	"errors"

	"intercom/media"
	"intercom/ua"
)

// Serve runs a user agent for as long as loop does, and then sends everybody home: streams are closed, calls ended,
// accounts unregistered, the engine closed. The channel that loop gets is closed if the agent stops by itself, which ends
// everything and is an error.
func Serve(agent *ua.UA, engine *media.Engine, calls *Switchboard, loop func(stopped <-chan struct{})) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var agentErr error
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if agentErr = agent.Run(ctx); agentErr == nil && ctx.Err() == nil {
			agentErr = errors.New("the user agent has stopped by itself")
		}
	}()
	loop(stopped)
	// Streams go first: the last thing that a listener hears is not the silence of an agent that is saying goodbye.
	calls.Close()
	stop()
	drain(agent, stopped)
	return errors.Join(agentErr, engine.Close())
}

// drain lets the agent end its calls without waiting for anybody to read its events.
func drain(agent *ua.UA, stopped <-chan struct{}) {
	for {
		select {
		case <-agent.Events():
		case <-stopped:
			return
		}
	}
}

# make run     the whole station on a simulated board: no hardware, no PBX, no root
# make test    every test; installs the SIP peers it plays against when it may
# make help    the rest

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS  = -X main.version=$(VERSION)
FUZZTIME ?= 20s

# The race detector and miniaudio need a C compiler; without one the same tests run on the build without them.
CC_FOUND := $(shell command -v $$($(GO) env CC) 2>/dev/null)
RACE     := $(if $(CC_FOUND),-race,)

# Everything but the tests of the built program, against peers and on virtual boards, which want the computer for themselves.
PACKAGES = $$($(GO) list ./... | grep -v -e /test/interop -e /test/wire -e '/test/vboard$$')
# Of these, what has a time of its own, and what talks and listens in real time: one package at a time (-p 1).
BUBBLES  = ./board/... ./configs/... ./media/... ./ua/... ./cmd/intercom/station ./cmd/intercom/appliance
REALTIME = $$($(GO) list ./cmd/... ./hw/... ./test/... | grep -v -e /appliance -e /station -e /supervisor -e /test/interop -e /test/wire -e '/test/vboard$$')

.DEFAULT_GOAL := help
.PHONY: help run build arm reproduce deb-test pictures test race bench fuzz lint cover peers board-test clean

ARCHES = armv6 armv7 arm64 amd64

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## a visit on the simulated board, live in this terminal
	@bin/intercom demo $(ARGS)

build: ## bin/intercom for this computer
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/intercom ./cmd/intercom

arm: ## dist/: static programs for ARMv6, ARMv7, ARM64 and AMD64, each tried under emulation, and Debian packages
	@bash board/release/toolchains.sh
	@for a in $(ARCHES); do \
	  bash board/release/build.sh $$a dist/intercom-$$a '$(VERSION)' && bash board/release/try.sh $$a dist/intercom-$$a || exit 1; \
	done
	@SYMBOLS=1 bash board/release/build.sh armv6 dist/symbols/intercom-armv6 '$(VERSION)' && bash board/release/scan-armv6.sh dist/symbols/intercom-armv6
	@for a in armv6:armhf arm64:arm64 amd64:amd64; do \
	  bash board/release/deb.sh $${a%:*} dist/intercom-$${a%:*} '$(VERSION)' dist/intercom_$${a#*:}.deb || exit 1; \
	done
	@$(GO) run ./board/release/bill sbom dist/intercom-armv6 '$(VERSION)' >dist/intercom.cdx.json
	@cd dist && sha256sum $(ARCHES:%=intercom-%) intercom_*.deb intercom.cdx.json | tee SHA256SUMS

reproduce: arm ## dist once more from a copy of the sources: the same, octet for octet
	@for a in $(ARCHES); do bash board/release/again.sh $$a dist/intercom-$$a '$(VERSION)' || exit 1; done

deb-test: arm ## installs, upgrades, removes and purges the package of this computer in a small Debian of its own (root, debootstrap)
	@bash board/release/try-deb.sh dist/intercom_$$(dpkg --print-architecture).deb

pictures: build ## docs/sound/*.png: waveforms and spectrograms of a call, of echo, of double talk
	bin/intercom demo -out bin/visit </dev/null >/dev/null
	$(GO) run ./test/spectrograms bin/visit docs/sound

peers: ## install the real SIP peers that test/interop plays against (root and apt)
	@bash test/peers/install.sh

board-test: ## the firmware on virtual boards, with Debian's kernels and lines watched from outside (QEMU by root and apt)
	@bash test/vboard/setup.sh arm64 armhf armel amd64 || true
	@bash board/release/toolchains.sh || true
	$(GO) test -count=1 -parallel 3 -timeout 15m $(BOARDFLAGS) ./test/vboard

test: ## all tests, against real peers too where they can be installed
	@bash test/peers/install.sh || true
	$(GO) vet ./...
	$(GO) test $(RACE) -timeout 15m $(BUBBLES)
	$(GO) test $(RACE) -p 1 -timeout 15m $(REALTIME)
	$(GO) test $(RACE) -short ./cmd/intercom/supervisor
	$(GO) test ./media/aec ./media/dtmf/inband ./cmd/intercom/appliance ./cmd/intercom/supervisor # too slow, as a whole, under the race detector
	$(GO) test -run 'TestNinetyDays|TestEveryOrder' ./ua # all ninety days and all orders: with the race detector, a part of them
	@# Both wait most of the time: side by side.
	$(GO) test -timeout 8m ./test/wire & wire=$$!; $(GO) test -parallel 4 -timeout 10m ./test/interop && wait $$wire
	$(MAKE) --no-print-directory board-test BOARDFLAGS=-short # on armhf a part of the stories; board-test by itself plays all

race: ## the tests that need no peer, under the race detector, twice
	$(GO) test -race -count=2 -short $(PACKAGES)

bench: build ## figures: ours, with sipgo's beside them
	$(GO) test -run '^$$' -bench . -benchmem $(PACKAGES)
	cd test/bench && $(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) run ./test/figures

fuzz: ## every fuzz target for FUZZTIME (20s) each
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	    echo "== $$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$p || exit 1; \
	  done; \
	done

lint: ## gofmt, vet, staticcheck
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

cover: ## coverage by package
	$(GO) test -short -coverprofile bin/cover.out ./... && $(GO) tool cover -func bin/cover.out | tail -1

clean: ## what the build made
	rm -rf bin dist

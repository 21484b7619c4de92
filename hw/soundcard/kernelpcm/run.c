//go:build static

/* Starting, moving sound, stopping, and coming back from trouble. */

#include <string.h>
#include "pcm.h"

size_t snd_pcm_sw_params_sizeof(void) { return sizeof(snd_pcm_sw_params_t); }

int snd_pcm_sw_params_current(snd_pcm_t *pcm, snd_pcm_sw_params_t *params)
{
	*params = pcm->sw;
	return 0;
}

int snd_pcm_sw_params(snd_pcm_t *pcm, snd_pcm_sw_params_t *params)
{
	int err = command(pcm, SNDRV_PCM_IOCTL_SW_PARAMS, params);

	if (!err)
		pcm->sw = *params;
	return err;
}

int snd_pcm_sw_params_get_boundary(const snd_pcm_sw_params_t *params, snd_pcm_uframes_t *val)
{
	*val = params->boundary;
	return 0;
}

/* What miniaudio wants of waking and starting is not taken: it asks for a power of two below a period, which would wake it twice a
 * period, and to start by itself, though it starts in so many words. What holds is set with the hardware's parameters. */
int snd_pcm_sw_params_set_avail_min(snd_pcm_t *pcm, snd_pcm_sw_params_t *params, snd_pcm_uframes_t val)
{
	(void)pcm, (void)params, (void)val;
	return 0;
}

int snd_pcm_sw_params_set_start_threshold(snd_pcm_t *pcm, snd_pcm_sw_params_t *params, snd_pcm_uframes_t val)
{
	(void)pcm, (void)params, (void)val;
	return 0;
}

/* miniaudio has playback go on when it runs dry. That suits drivers that fetch in bursts; what is too late for good is found by behind. */
int snd_pcm_sw_params_set_stop_threshold(snd_pcm_t *pcm, snd_pcm_sw_params_t *params, snd_pcm_uframes_t val)
{
	(void)pcm;
	params->stop_threshold = val;
	return 0;
}

/* look asks for state and pointers without changing them. */
static int look(snd_pcm_t *pcm, struct snd_pcm_sync_ptr *at, unsigned int flags)
{
	*at = (struct snd_pcm_sync_ptr){.flags = flags | SNDRV_PCM_SYNC_PTR_APPL | SNDRV_PCM_SYNC_PTR_AVAIL_MIN};
	return command(pcm, SNDRV_PCM_IOCTL_SYNC_PTR, at);
}

snd_pcm_state_t snd_pcm_state(snd_pcm_t *pcm)
{
	struct snd_pcm_sync_ptr at;
	int err = look(pcm, &at, 0);

	if (err == -ENODEV)
		return SNDRV_PCM_STATE_DISCONNECTED;
	return err ? SNDRV_PCM_STATE_OPEN : at.s.status.state;
}

snd_pcm_sframes_t snd_pcm_avail_update(snd_pcm_t *pcm)
{
	struct snd_pcm_sync_ptr at;
	snd_pcm_sframes_t free;
	int err = look(pcm, &at, SNDRV_PCM_SYNC_PTR_HWSYNC);

	if (err)
		return err;
	if (at.s.status.state == SNDRV_PCM_STATE_XRUN)
		return -EPIPE;
	free = (snd_pcm_sframes_t)(at.s.status.hw_ptr - at.c.control.appl_ptr);
	if (pcm->stream == SNDRV_PCM_STREAM_PLAYBACK)
		free += pcm->buffer;
	if (free < 0)
		free += pcm->sw.boundary;
	else if ((snd_pcm_uframes_t)free >= pcm->sw.boundary)
		free -= pcm->sw.boundary;
	return free;
}

snd_pcm_sframes_t snd_pcm_avail(snd_pcm_t *pcm) { return snd_pcm_avail_update(pcm); }

int snd_pcm_prepare(snd_pcm_t *pcm) { return command(pcm, SNDRV_PCM_IOCTL_PREPARE, NULL); }

/* lead writes silence for two periods: what is written a period at a time from then on comes that much before it is played. */
static int lead(snd_pcm_t *pcm)
{
	unsigned char silence[4096];
	snd_pcm_uframes_t left = 2 * pcm->period, most = sizeof silence / pcm->frame;
	int err = 0;

	if (left > pcm->buffer - pcm->period)
		left = pcm->buffer - pcm->period;
	memset(silence, pcm->silence, sizeof silence);
	while (left > 0 && !err) {
		struct snd_xferi x = {0, silence, left < most ? left : most};
		err = command(pcm, SNDRV_PCM_IOCTL_WRITEI_FRAMES, &x);
		if (!err)
			left -= x.result;
	}
	return err;
}

int snd_pcm_start(snd_pcm_t *pcm)
{
	int err = pcm->stream == SNDRV_PCM_STREAM_PLAYBACK ? lead(pcm) : 0;

	return err ? err : command(pcm, SNDRV_PCM_IOCTL_START, NULL);
}

int snd_pcm_drop(snd_pcm_t *pcm) { return command(pcm, SNDRV_PCM_IOCTL_DROP, NULL); }

int snd_pcm_drain(snd_pcm_t *pcm) { return command(pcm, SNDRV_PCM_IOCTL_DRAIN, NULL); }

int snd_pcm_reset(snd_pcm_t *pcm) { return command(pcm, SNDRV_PCM_IOCTL_RESET, NULL); }

int snd_pcm_recover(snd_pcm_t *pcm, int err, int silent)
{
	(void)silent;
	switch (err) {
	case -EINTR:
		return 0;
	case -EPIPE:	/* ran dry or over */
	case -ESTRPIPE: /* was suspended: the computer slept, and what was to be heard then is of no use any more */
		snd_pcm_drop(pcm); /* what runs on dry cannot be prepared */
		return snd_pcm_prepare(pcm);
	}
	return err;
}

/* PATIENCE is how long a read or a write waits, in ms, while nothing moves: a card without a clock gives nothing, ever. */
enum { PATIENCE = 300 };

/* transfer moves frames until all are moved or something is in the way, and says how many were. */
static snd_pcm_uframes_t transfer(snd_pcm_t *pcm, unsigned long request, char *buffer, snd_pcm_uframes_t size, int *err)
{
	snd_pcm_uframes_t done = 0;

	for (*err = 0; done < size && !*err;) {
		struct snd_xferi x = {0, buffer + done * pcm->frame, size - done};

		*err = command(pcm, request, &x);
		if (!*err) {
			done += x.result;
		} else if (*err == -EAGAIN) {
			int ready = snd_pcm_wait(pcm, PATIENCE);
			*err = ready > 0 ? 0 : ready < 0 ? ready : -EAGAIN;
		} else if (*err == -EINTR) {
			*err = 0;
		}
	}
	return done;
}

/* behind tells of playback that has run dry for more than a period, after a delay: from then on all would be written behind the place
 * that is played, and what the buffer holds be heard again and again. */
static int behind(snd_pcm_t *pcm)
{
	if (pcm->stream != SNDRV_PCM_STREAM_PLAYBACK)
		return 0;
	return snd_pcm_avail_update(pcm) > (snd_pcm_sframes_t)(pcm->buffer + pcm->period);
}

/* move is a read or a write for miniaudio, which knows but one way to fail, that of having run dry or over, and takes what else is negative
 * for a number of frames if the device is stopped meanwhile. So there are none moved then, and the next poll tells why. */
static snd_pcm_sframes_t move(snd_pcm_t *pcm, unsigned long request, void *buffer, snd_pcm_uframes_t size)
{
	int err;
	snd_pcm_uframes_t done;

	if (behind(pcm))
		return -EPIPE;
	done = transfer(pcm, request, buffer, size, &err);
	if (done > 0 || !err || err == -EAGAIN)
		return done;
	if (err == -EPIPE || err == -ESTRPIPE)
		return -EPIPE;
	pcm->failed = err;
	return 0;
}

snd_pcm_sframes_t snd_pcm_readi(snd_pcm_t *pcm, void *buffer, snd_pcm_uframes_t size)
{
	return move(pcm, SNDRV_PCM_IOCTL_READI_FRAMES, buffer, size);
}

snd_pcm_sframes_t snd_pcm_writei(snd_pcm_t *pcm, const void *buffer, snd_pcm_uframes_t size)
{
	return move(pcm, SNDRV_PCM_IOCTL_WRITEI_FRAMES, (void *)buffer, size);
}

/* Without mmap miniaudio reads and writes. */
int snd_pcm_mmap_begin(snd_pcm_t *pcm, const snd_pcm_channel_area_t **areas, snd_pcm_uframes_t *offset, snd_pcm_uframes_t *frames)
{
	(void)pcm, (void)areas, (void)offset, (void)frames;
	return -ENOSYS;
}

snd_pcm_sframes_t snd_pcm_mmap_commit(snd_pcm_t *pcm, snd_pcm_uframes_t offset, snd_pcm_uframes_t frames)
{
	(void)pcm, (void)offset, (void)frames;
	return -ENOSYS;
}

int snd_pcm_poll_descriptors_count(snd_pcm_t *pcm)
{
	(void)pcm;
	return 1;
}

int snd_pcm_poll_descriptors(snd_pcm_t *pcm, struct pollfd *pfds, unsigned int space)
{
	short ready = pcm->stream == SNDRV_PCM_STREAM_CAPTURE ? POLLIN : POLLOUT;

	if (space < 1)
		return 0;
	pfds[0] = (struct pollfd){.fd = pcm->fd, .events = ready | POLLERR | POLLNVAL};
	return 1;
}

/* An error is told as readiness, so that the read or write that follows says what it is; but a card that was pulled out
 * would then be ready for ever. */
int snd_pcm_poll_descriptors_revents(snd_pcm_t *pcm, struct pollfd *pfds, unsigned int nfds, unsigned short *revents)
{
	if (nfds != 1)
		return -EINVAL;
	*revents = pfds[0].revents;
	if (pcm->failed)
		return pcm->failed;
	if (!(*revents & (POLLERR | POLLNVAL | POLLHUP)))
		return 0;
	if (snd_pcm_state(pcm) == SNDRV_PCM_STATE_DISCONNECTED)
		return -ENODEV;
	*revents |= pcm->stream == SNDRV_PCM_STREAM_CAPTURE ? POLLIN : POLLOUT;
	return 0;
}

int snd_pcm_wait(snd_pcm_t *pcm, int timeout)
{
	struct pollfd one;
	int ready;

	snd_pcm_poll_descriptors(pcm, &one, 1);
	ready = poll(&one, 1, timeout);
	if (ready < 0)
		return -errno;
	if (ready > 0 && one.revents & (POLLERR | POLLNVAL | POLLHUP))
		return snd_pcm_state(pcm) == SNDRV_PCM_STATE_DISCONNECTED ? -ENODEV : -EPIPE;
	return ready > 0;
}

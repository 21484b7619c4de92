//go:build static

/* The hardware's parameters: a set of what is possible, which each call narrows and the kernel then refines. */

#include <limits.h>
#include <string.h>
#include "pcm.h"

typedef snd_pcm_hw_params_t params_t;

static struct snd_interval *interval(const params_t *p, int which)
{
	return (struct snd_interval *)&p->intervals[which - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL];
}

static struct snd_mask *mask(const params_t *p, int which)
{
	return (struct snd_mask *)&p->masks[which - SNDRV_PCM_HW_PARAM_FIRST_MASK];
}

static int has(const struct snd_mask *m, int bit)
{
	return bit >= 0 && bit < SNDRV_MASK_MAX && (m->bits[bit / 32] >> (bit % 32) & 1);
}

/* An open end is not part of its interval. */
static unsigned int least(const params_t *p, int which)
{
	return interval(p, which)->min + interval(p, which)->openmin;
}

static unsigned int most(const params_t *p, int which)
{
	return interval(p, which)->max - interval(p, which)->openmax;
}

/* refine lets the kernel take out what does not go with the rest. */
static int refine(snd_pcm_t *pcm, params_t *p)
{
	p->rmask = ~0u;
	p->cmask = 0;
	p->info = ~0u;
	return command(pcm, SNDRV_PCM_IOCTL_HW_REFINE, p);
}

/* choose keeps one bit of a mask; p stays as it is if the kernel cannot do that. */
static int choose(snd_pcm_t *pcm, params_t *p, int which, int bit)
{
	params_t tried = *p;
	int err;

	if (!has(mask(&tried, which), bit))
		return -EINVAL;
	memset(mask(&tried, which), 0, sizeof(struct snd_mask));
	mask(&tried, which)->bits[bit / 32] = 1u << (bit % 32);
	err = refine(pcm, &tried);
	if (!err)
		*p = tried;
	return err;
}

/* limit keeps what lies between two ends; p stays as it is if the kernel cannot do that. */
static int limit(snd_pcm_t *pcm, params_t *p, int which, unsigned int low, unsigned int high)
{
	params_t tried = *p;
	struct snd_interval *i = interval(&tried, which);
	int err;

	if (low > i->min) {
		i->min = low;
		i->openmin = 0;
	}
	if (high < i->max) {
		i->max = high;
		i->openmax = 0;
	}
	if (i->min > i->max)
		return -EINVAL;
	err = refine(pcm, &tried);
	if (!err)
		*p = tried;
	return err;
}

/* approach takes the possible value that is nearest to *val, and writes it there. */
static int approach(snd_pcm_t *pcm, params_t *p, int which, unsigned int *val)
{
	params_t above = *p, below = *p;
	int no_above = limit(pcm, &above, which, *val, UINT_MAX);
	int no_below = limit(pcm, &below, which, 0, *val);
	unsigned int up = least(&above, which), down = most(&below, which);
	int err;

	if (no_above && no_below)
		return no_above;
	if (no_above || (!no_below && *val - down < up - *val))
		up = down;
	err = limit(pcm, p, which, up, up);
	if (!err)
		*val = least(p, which);
	return err;
}

static int first(const struct snd_mask *m)
{
	for (int bit = 0; bit < SNDRV_MASK_MAX; bit++)
		if (has(m, bit))
			return bit;
	return -1;
}

size_t snd_pcm_hw_params_sizeof(void) { return sizeof(params_t); }

int snd_pcm_hw_params_any(snd_pcm_t *pcm, params_t *p)
{
	memset(p, 0, sizeof *p);
	for (int i = SNDRV_PCM_HW_PARAM_FIRST_MASK; i <= SNDRV_PCM_HW_PARAM_LAST_MASK; i++)
		memset(mask(p, i), 0xff, sizeof(struct snd_mask));
	for (int i = SNDRV_PCM_HW_PARAM_FIRST_INTERVAL; i <= SNDRV_PCM_HW_PARAM_LAST_INTERVAL; i++)
		interval(p, i)->max = UINT_MAX;
	return refine(pcm, p);
}

int snd_pcm_hw_params(snd_pcm_t *pcm, params_t *p)
{
	snd_pcm_sw_params_t *sw = &pcm->sw;
	int err = command(pcm, SNDRV_PCM_IOCTL_HW_PARAMS, p);

	if (err)
		return err;
	pcm->buffer = least(p, SNDRV_PCM_HW_PARAM_BUFFER_SIZE);
	pcm->period = least(p, SNDRV_PCM_HW_PARAM_PERIOD_SIZE);
	pcm->frame = least(p, SNDRV_PCM_HW_PARAM_FRAME_BITS) / 8;
	pcm->silence = first(mask(p, SNDRV_PCM_HW_PARAM_FORMAT)) == SNDRV_PCM_FORMAT_U8 ? 0x80 : 0;
	memset(sw, 0, sizeof *sw);
	sw->period_step = 1;
	sw->avail_min = pcm->period;
	sw->stop_threshold = pcm->buffer;
	/* The kernel counts frames up to a multiple of the buffer, the largest one that a long holds. */
	for (sw->boundary = pcm->buffer; sw->boundary <= ((snd_pcm_uframes_t)LONG_MAX - pcm->buffer) / 2;)
		sw->boundary *= 2;
	sw->start_threshold = sw->boundary; /* it starts when it is told to */
	err = command(pcm, SNDRV_PCM_IOCTL_SW_PARAMS, sw);
	return err ? err : snd_pcm_prepare(pcm);
}

int snd_pcm_hw_params_set_access(snd_pcm_t *pcm, params_t *p, snd_pcm_access_t val)
{
	return choose(pcm, p, SNDRV_PCM_HW_PARAM_ACCESS, val);
}

int snd_pcm_hw_params_get_access(const params_t *p, snd_pcm_access_t *val)
{
	*val = first(mask(p, SNDRV_PCM_HW_PARAM_ACCESS));
	return *val < 0 ? -EINVAL : 0;
}

int snd_pcm_hw_params_set_format(snd_pcm_t *pcm, params_t *p, snd_pcm_format_t val)
{
	return choose(pcm, p, SNDRV_PCM_HW_PARAM_FORMAT, val);
}

int snd_pcm_hw_params_set_format_first(snd_pcm_t *pcm, params_t *p, snd_pcm_format_t *val)
{
	*val = first(mask(p, SNDRV_PCM_HW_PARAM_FORMAT));
	return choose(pcm, p, SNDRV_PCM_HW_PARAM_FORMAT, *val);
}

int snd_pcm_hw_params_get_format(const params_t *p, snd_pcm_format_t *val)
{
	*val = first(mask(p, SNDRV_PCM_HW_PARAM_FORMAT));
	return *val < 0 ? -EINVAL : 0;
}

int snd_pcm_hw_params_test_format(snd_pcm_t *pcm, params_t *p, snd_pcm_format_t val)
{
	params_t tried = *p;

	return choose(pcm, &tried, SNDRV_PCM_HW_PARAM_FORMAT, val);
}

void snd_pcm_hw_params_get_format_mask(params_t *p, snd_pcm_format_mask_t *formats)
{
	*formats = *mask(p, SNDRV_PCM_HW_PARAM_FORMAT);
}

size_t snd_pcm_format_mask_sizeof(void) { return sizeof(snd_pcm_format_mask_t); }

int snd_pcm_format_mask_test(const snd_pcm_format_mask_t *formats, snd_pcm_format_t val) { return has(formats, val); }

int snd_pcm_hw_params_set_channels(snd_pcm_t *pcm, params_t *p, unsigned int val)
{
	return limit(pcm, p, SNDRV_PCM_HW_PARAM_CHANNELS, val, val);
}

int snd_pcm_hw_params_set_channels_near(snd_pcm_t *pcm, params_t *p, unsigned int *val)
{
	return approach(pcm, p, SNDRV_PCM_HW_PARAM_CHANNELS, val);
}

int snd_pcm_hw_params_set_channels_minmax(snd_pcm_t *pcm, params_t *p, unsigned int *min, unsigned int *max)
{
	int err = limit(pcm, p, SNDRV_PCM_HW_PARAM_CHANNELS, *min, *max);

	*min = least(p, SNDRV_PCM_HW_PARAM_CHANNELS);
	*max = most(p, SNDRV_PCM_HW_PARAM_CHANNELS);
	return err;
}

int snd_pcm_hw_params_test_channels(snd_pcm_t *pcm, params_t *p, unsigned int val)
{
	params_t tried = *p;

	return limit(pcm, &tried, SNDRV_PCM_HW_PARAM_CHANNELS, val, val);
}

int snd_pcm_hw_params_get_channels(const params_t *p, unsigned int *val)
{
	return snd_pcm_hw_params_get_channels_min(p, val);
}

int snd_pcm_hw_params_get_channels_min(const params_t *p, unsigned int *val)
{
	*val = least(p, SNDRV_PCM_HW_PARAM_CHANNELS);
	return 0;
}

int snd_pcm_hw_params_get_channels_max(const params_t *p, unsigned int *val)
{
	*val = most(p, SNDRV_PCM_HW_PARAM_CHANNELS);
	return 0;
}

int snd_pcm_hw_params_set_rate(snd_pcm_t *pcm, params_t *p, unsigned int val, int dir)
{
	(void)dir;
	return limit(pcm, p, SNDRV_PCM_HW_PARAM_RATE, val, val);
}

int snd_pcm_hw_params_set_rate_near(snd_pcm_t *pcm, params_t *p, unsigned int *val, int *dir)
{
	if (dir)
		*dir = 0;
	return approach(pcm, p, SNDRV_PCM_HW_PARAM_RATE, val);
}

int snd_pcm_hw_params_set_rate_minmax(snd_pcm_t *pcm, params_t *p, unsigned int *min, int *mindir, unsigned int *max, int *maxdir)
{
	int err = limit(pcm, p, SNDRV_PCM_HW_PARAM_RATE, *min, *max);

	snd_pcm_hw_params_get_rate_min(p, min, mindir);
	snd_pcm_hw_params_get_rate_max(p, max, maxdir);
	return err;
}

/* Nothing here resamples. */
int snd_pcm_hw_params_set_rate_resample(snd_pcm_t *pcm, params_t *p, unsigned int val)
{
	(void)pcm, (void)p, (void)val;
	return 0;
}

int snd_pcm_hw_params_test_rate(snd_pcm_t *pcm, params_t *p, unsigned int val, int dir)
{
	params_t tried = *p;

	return snd_pcm_hw_params_set_rate(pcm, &tried, val, dir);
}

int snd_pcm_hw_params_get_rate(const params_t *p, unsigned int *val, int *dir)
{
	return snd_pcm_hw_params_get_rate_min(p, val, dir);
}

int snd_pcm_hw_params_get_rate_min(const params_t *p, unsigned int *val, int *dir)
{
	if (dir)
		*dir = 0;
	*val = least(p, SNDRV_PCM_HW_PARAM_RATE);
	return 0;
}

int snd_pcm_hw_params_get_rate_max(const params_t *p, unsigned int *val, int *dir)
{
	if (dir)
		*dir = 0;
	*val = most(p, SNDRV_PCM_HW_PARAM_RATE);
	return 0;
}

int snd_pcm_hw_params_set_buffer_size_near(snd_pcm_t *pcm, params_t *p, snd_pcm_uframes_t *val)
{
	unsigned int frames = *val > UINT_MAX ? UINT_MAX : *val;
	int err = approach(pcm, p, SNDRV_PCM_HW_PARAM_BUFFER_SIZE, &frames);

	*val = frames;
	return err;
}

int snd_pcm_hw_params_get_buffer_size(const params_t *p, snd_pcm_uframes_t *val)
{
	*val = least(p, SNDRV_PCM_HW_PARAM_BUFFER_SIZE);
	return 0;
}

int snd_pcm_hw_params_set_periods_near(snd_pcm_t *pcm, params_t *p, unsigned int *val, int *dir)
{
	if (dir)
		*dir = 0;
	return approach(pcm, p, SNDRV_PCM_HW_PARAM_PERIODS, val);
}

int snd_pcm_hw_params_get_periods(const params_t *p, unsigned int *val, int *dir)
{
	if (dir)
		*dir = 0;
	*val = least(p, SNDRV_PCM_HW_PARAM_PERIODS);
	return 0;
}

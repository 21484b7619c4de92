//go:build static

/* Which cards there are, and what they are called. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pcm.h"

enum { CARDS = 32 }; /* the kernel's own limit, SNDRV_CARDS */

struct hint {
	char name[64], description[200];
	const char *direction; /* "Input", "Output", NULL for both */
};

struct hints {
	struct hint **all; /* ends with NULL */
	size_t count;
};

int control(int card)
{
	char path[32];

	snprintf(path, sizeof path, "/dev/snd/controlC%d", card);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int card_info(int fd, struct snd_ctl_card_info *info)
{
	memset(info, 0, sizeof *info);
	return ioctl(fd, SNDRV_CTL_IOCTL_CARD_INFO, info);
}

static int is_card(int card, const char *id)
{
	struct snd_ctl_card_info info;
	int fd = control(card), found;

	if (fd < 0)
		return 0;
	found = card_info(fd, &info) == 0 && (!id || strcmp((const char *)info.id, id) == 0);
	close(fd);
	return found;
}

/* snd_card_get_index finds a card by its number or by its id. */
int snd_card_get_index(const char *name)
{
	char *end;
	long number = strtol(name, &end, 10);

	if (*name && !*end)
		return number >= 0 && number < CARDS && is_card(number, NULL) ? number : -ENODEV;
	for (int card = 0; card < CARDS; card++)
		if (is_card(card, name))
			return card;
	return -ENODEV;
}

/* describe asks for one direction of a device. */
static int describe(int fd, int device, int stream, struct snd_pcm_info *info)
{
	memset(info, 0, sizeof *info);
	info->device = device;
	info->stream = stream;
	return ioctl(fd, SNDRV_CTL_IOCTL_PCM_INFO, info) == 0;
}

static int append(struct hints *h, struct hint *one)
{
	struct hint **grown = realloc(h->all, (h->count + 2) * sizeof *grown);

	if (!grown)
		return -ENOMEM;
	h->all = grown;
	h->all[h->count++] = one;
	h->all[h->count] = NULL;
	return 0;
}

static int add_device(struct hints *h, int fd, const struct snd_ctl_card_info *card, int device)
{
	struct snd_pcm_info playback, capture;
	int plays = describe(fd, device, SNDRV_PCM_STREAM_PLAYBACK, &playback);
	int captures = describe(fd, device, SNDRV_PCM_STREAM_CAPTURE, &capture);
	struct hint *one;

	if (!plays && !captures)
		return 0;
	one = calloc(1, sizeof *one);
	if (!one)
		return -ENOMEM;
	snprintf(one->name, sizeof one->name, "hw:CARD=%s,DEV=%d", card->id, device);
	snprintf(one->description, sizeof one->description, "%s, %s", card->name, plays ? playback.name : capture.name);
	one->direction = plays && captures ? NULL : plays ? "Output" : "Input";
	if (append(h, one) < 0) {
		free(one);
		return -ENOMEM;
	}
	return 0;
}

static int add_card(struct hints *h, int card)
{
	struct snd_ctl_card_info info;
	int fd = control(card), device = -1, err = 0;

	if (fd < 0)
		return 0;
	if (card_info(fd, &info) == 0)
		while (!err && ioctl(fd, SNDRV_CTL_IOCTL_PCM_NEXT_DEVICE, &device) == 0 && device >= 0)
			err = add_device(h, fd, &info, device);
	close(fd);
	return err;
}

int snd_device_name_hint(int card, const char *iface, void ***out)
{
	struct hints h = {calloc(1, sizeof *h.all), 0};
	int err = h.all ? 0 : -ENOMEM;

	if (strcmp(iface, "pcm") != 0) {
		free(h.all);
		return -EINVAL;
	}
	for (int n = 0; n < CARDS && !err; n++)
		if (card < 0 || card == n)
			err = add_card(&h, n);
	*out = (void **)h.all;
	if (err && h.all)
		snd_device_name_free_hint(*out);
	return err;
}

char *snd_device_name_get_hint(const void *hint, const char *id)
{
	const struct hint *h = hint;

	if (strcmp(id, "NAME") == 0)
		return strdup(h->name);
	if (strcmp(id, "DESC") == 0)
		return strdup(h->description);
	if (strcmp(id, "IOID") == 0 && h->direction)
		return strdup(h->direction);
	return NULL; /* as for a device of both directions */
}

int snd_device_name_free_hint(void **hints)
{
	for (void **h = hints; *h; h++)
		free(*h);
	free(hints);
	return 0;
}

/* There is no configuration to forget. */
int snd_config_update_free_global(void) { return 0; }

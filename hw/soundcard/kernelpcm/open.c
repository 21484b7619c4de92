//go:build static

/* Opening a device by its name: "default", "hw:0", "hw:0,1", "plughw:CARD=Device,DEV=0". */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pcm.h"

struct place {
	char card[64];
	int device, subdevice; /* subdevice -1 for any */
};

/* set takes one part of a name: by its key, or by its order. */
static void set(struct place *p, int order, const char *part)
{
	static const char *const keys[] = {"CARD=", "DEV=", "SUBDEV="};

	for (int i = 0; i < 3; i++)
		if (strncmp(part, keys[i], strlen(keys[i])) == 0) {
			order = i;
			part += strlen(keys[i]);
			break;
		}
	switch (order) {
	case 0:
		snprintf(p->card, sizeof p->card, "%s", part);
		break;
	case 1:
		p->device = atoi(part);
		break;
	case 2:
		p->subdevice = atoi(part);
		break;
	}
}

/* parse reads a name. "default" and a name without a card are the first card. */
static int parse(const char *name, struct place *p)
{
	static const char *const kinds[] = {"default", "sysdefault", "hw", "plughw"};
	size_t length = strcspn(name, ":");
	char rest[128], *state, *part;
	int known = 0, order = 0;

	*p = (struct place){"0", 0, -1};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		known |= strlen(kinds[i]) == length && strncmp(kinds[i], name, length) == 0;
	if (!known)
		return -ENOENT;
	snprintf(rest, sizeof rest, "%s", name[length] ? name + length + 1 : "");
	for (part = strtok_r(rest, ",", &state); part; part = strtok_r(NULL, ",", &state))
		set(p, order++, part);
	return snd_card_get_index(p->card);
}

/* open_node opens the device file. Without O_NONBLOCK the kernel would wait until a device that is in use is free. */
static int open_node(int card, const struct place *p, int stream)
{
	char path[48];
	int fd, busy, ctl = -1;

	snprintf(path, sizeof path, "/dev/snd/pcmC%dD%d%c", card, p->device, stream == SNDRV_PCM_STREAM_CAPTURE ? 'c' : 'p');
	if (p->subdevice >= 0 && (ctl = control(card)) >= 0) {
		int wanted = p->subdevice;
		ioctl(ctl, SNDRV_CTL_IOCTL_PCM_PREFER_SUBDEVICE, &wanted);
	}
	fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	busy = errno;
	if (ctl >= 0)
		close(ctl);
	return fd < 0 ? -busy : fd;
}

int snd_pcm_open(snd_pcm_t **out, const char *name, snd_pcm_stream_t stream, int mode)
{
	struct place p;
	snd_pcm_t *pcm;
	int fd, card = parse(name, &p);

	(void)mode;
	if (card < 0)
		return card;
	fd = open_node(card, &p, stream);
	if (fd < 0)
		return fd;
	pcm = calloc(1, sizeof *pcm);
	if (!pcm) {
		close(fd);
		return -ENOMEM;
	}
	pcm->fd = fd;
	pcm->stream = stream;
	*out = pcm;
	return 0;
}

int snd_pcm_close(snd_pcm_t *pcm)
{
	close(pcm->fd);
	free(pcm);
	return 0;
}

/* The device stays as it was opened: reading and writing wait by themselves, and not for ever. */
int snd_pcm_nonblock(snd_pcm_t *pcm, int nonblock)
{
	(void)pcm, (void)nonblock;
	return 0;
}

size_t snd_pcm_info_sizeof(void) { return sizeof(snd_pcm_info_t); }

int snd_pcm_info(snd_pcm_t *pcm, snd_pcm_info_t *info)
{
	memset(info, 0, sizeof *info);
	return command(pcm, SNDRV_PCM_IOCTL_INFO, info);
}

const char *snd_pcm_info_get_name(const snd_pcm_info_t *info) { return (const char *)info->name; }

/* The kernel's order of channels is the usual one for the one or two that a door station has. */
snd_pcm_chmap_t *snd_pcm_get_chmap(snd_pcm_t *pcm)
{
	(void)pcm;
	return NULL;
}

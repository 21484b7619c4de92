/* What the files of this package share. */
#ifndef PCM_H
#define PCM_H

#include <errno.h>
#include <sys/ioctl.h>
#include <alsa/asoundlib.h>

struct _snd_pcm {
	int fd;
	int stream;
	snd_pcm_uframes_t buffer; /* frames; 0 until the hardware's parameters are set */
	snd_pcm_uframes_t period; /* frames */
	unsigned int frame;	  /* bytes */
	unsigned char silence;	  /* what a sample consists of that is not heard */
	int failed;		  /* negative errno of a failure that cannot be got over; 0 before it */
	snd_pcm_sw_params_t sw;	  /* as last set */
};

/* control opens the control device of a card; -1 if there is no such card. */
int control(int card);

/* command is an ioctl whose failure is a negative errno. */
static inline int command(const snd_pcm_t *pcm, unsigned long request, void *argument)
{
	return ioctl(pcm->fd, request, argument) < 0 ? -errno : 0;
}

#endif

/* The part of libasound's interface that miniaudio uses. Its parameter containers are the kernel's own structures, and its
 * numbers the kernel's. */
#ifndef ALSA_ASOUNDLIB_H
#define ALSA_ASOUNDLIB_H

#include <poll.h>
#include <stddef.h>
#include <time.h>
#include <sound/asound.h> /* snd_pcm_uframes_t and its like too */

typedef struct _snd_pcm snd_pcm_t;
typedef struct snd_pcm_hw_params snd_pcm_hw_params_t;
typedef struct snd_pcm_sw_params snd_pcm_sw_params_t;
typedef struct snd_mask snd_pcm_format_mask_t;
typedef struct snd_pcm_info snd_pcm_info_t;
typedef int snd_pcm_stream_t;

typedef struct {
	void *addr;
	unsigned int first, step;
} snd_pcm_channel_area_t;

typedef struct {
	unsigned int channels;
	unsigned int pos[];
} snd_pcm_chmap_t;

#define SND_PCM_STREAM_PLAYBACK SNDRV_PCM_STREAM_PLAYBACK
#define SND_PCM_STREAM_CAPTURE SNDRV_PCM_STREAM_CAPTURE

/* Modes of snd_pcm_open: a card that is opened as it is has nothing automatic to leave out. */
#define SND_PCM_NO_AUTO_RESAMPLE 0x10000
#define SND_PCM_NO_AUTO_CHANNELS 0x20000
#define SND_PCM_NO_AUTO_FORMAT 0x40000

#define SND_PCM_STATE_OPEN SNDRV_PCM_STATE_OPEN
#define SND_PCM_STATE_SETUP SNDRV_PCM_STATE_SETUP
#define SND_PCM_STATE_PREPARED SNDRV_PCM_STATE_PREPARED
#define SND_PCM_STATE_RUNNING SNDRV_PCM_STATE_RUNNING
#define SND_PCM_STATE_XRUN SNDRV_PCM_STATE_XRUN
#define SND_PCM_STATE_DRAINING SNDRV_PCM_STATE_DRAINING
#define SND_PCM_STATE_PAUSED SNDRV_PCM_STATE_PAUSED
#define SND_PCM_STATE_SUSPENDED SNDRV_PCM_STATE_SUSPENDED
#define SND_PCM_STATE_DISCONNECTED SNDRV_PCM_STATE_DISCONNECTED

#define SND_PCM_ACCESS_MMAP_INTERLEAVED SNDRV_PCM_ACCESS_MMAP_INTERLEAVED
#define SND_PCM_ACCESS_MMAP_NONINTERLEAVED SNDRV_PCM_ACCESS_MMAP_NONINTERLEAVED
#define SND_PCM_ACCESS_MMAP_COMPLEX SNDRV_PCM_ACCESS_MMAP_COMPLEX
#define SND_PCM_ACCESS_RW_INTERLEAVED SNDRV_PCM_ACCESS_RW_INTERLEAVED
#define SND_PCM_ACCESS_RW_NONINTERLEAVED SNDRV_PCM_ACCESS_RW_NONINTERLEAVED

#define SND_PCM_FORMAT_UNKNOWN (-1)
#define SND_PCM_FORMAT_U8 SNDRV_PCM_FORMAT_U8
#define SND_PCM_FORMAT_S16_LE SNDRV_PCM_FORMAT_S16_LE
#define SND_PCM_FORMAT_S16_BE SNDRV_PCM_FORMAT_S16_BE
#define SND_PCM_FORMAT_S24_LE SNDRV_PCM_FORMAT_S24_LE
#define SND_PCM_FORMAT_S24_BE SNDRV_PCM_FORMAT_S24_BE
#define SND_PCM_FORMAT_S32_LE SNDRV_PCM_FORMAT_S32_LE
#define SND_PCM_FORMAT_S32_BE SNDRV_PCM_FORMAT_S32_BE
#define SND_PCM_FORMAT_FLOAT_LE SNDRV_PCM_FORMAT_FLOAT_LE
#define SND_PCM_FORMAT_FLOAT_BE SNDRV_PCM_FORMAT_FLOAT_BE
#define SND_PCM_FORMAT_FLOAT64_LE SNDRV_PCM_FORMAT_FLOAT64_LE
#define SND_PCM_FORMAT_FLOAT64_BE SNDRV_PCM_FORMAT_FLOAT64_BE
#define SND_PCM_FORMAT_MU_LAW SNDRV_PCM_FORMAT_MU_LAW
#define SND_PCM_FORMAT_A_LAW SNDRV_PCM_FORMAT_A_LAW
#define SND_PCM_FORMAT_S24_3LE SNDRV_PCM_FORMAT_S24_3LE
#define SND_PCM_FORMAT_S24_3BE SNDRV_PCM_FORMAT_S24_3BE

#define SND_CHMAP_UNKNOWN SNDRV_CHMAP_UNKNOWN
#define SND_CHMAP_NA SNDRV_CHMAP_NA
#define SND_CHMAP_MONO SNDRV_CHMAP_MONO
#define SND_CHMAP_FL SNDRV_CHMAP_FL
#define SND_CHMAP_FR SNDRV_CHMAP_FR
#define SND_CHMAP_RL SNDRV_CHMAP_RL
#define SND_CHMAP_RR SNDRV_CHMAP_RR
#define SND_CHMAP_FC SNDRV_CHMAP_FC
#define SND_CHMAP_LFE SNDRV_CHMAP_LFE
#define SND_CHMAP_SL SNDRV_CHMAP_SL
#define SND_CHMAP_SR SNDRV_CHMAP_SR
#define SND_CHMAP_RC SNDRV_CHMAP_RC
#define SND_CHMAP_FLC SNDRV_CHMAP_FLC
#define SND_CHMAP_FRC SNDRV_CHMAP_FRC
#define SND_CHMAP_RLC SNDRV_CHMAP_RLC
#define SND_CHMAP_RRC SNDRV_CHMAP_RRC
#define SND_CHMAP_FLW SNDRV_CHMAP_FLW
#define SND_CHMAP_FRW SNDRV_CHMAP_FRW
#define SND_CHMAP_FLH SNDRV_CHMAP_FLH
#define SND_CHMAP_FCH SNDRV_CHMAP_FCH
#define SND_CHMAP_FRH SNDRV_CHMAP_FRH
#define SND_CHMAP_TC SNDRV_CHMAP_TC
#define SND_CHMAP_TFL SNDRV_CHMAP_TFL
#define SND_CHMAP_TFR SNDRV_CHMAP_TFR
#define SND_CHMAP_TFC SNDRV_CHMAP_TFC
#define SND_CHMAP_TRL SNDRV_CHMAP_TRL
#define SND_CHMAP_TRR SNDRV_CHMAP_TRR
#define SND_CHMAP_TRC SNDRV_CHMAP_TRC
#define SND_CHMAP_TFLC SNDRV_CHMAP_TFLC
#define SND_CHMAP_TFRC SNDRV_CHMAP_TFRC
#define SND_CHMAP_TSL SNDRV_CHMAP_TSL
#define SND_CHMAP_TSR SNDRV_CHMAP_TSR
#define SND_CHMAP_LLFE SNDRV_CHMAP_LLFE
#define SND_CHMAP_RLFE SNDRV_CHMAP_RLFE
#define SND_CHMAP_BC SNDRV_CHMAP_BC
#define SND_CHMAP_BLC SNDRV_CHMAP_BLC
#define SND_CHMAP_BRC SNDRV_CHMAP_BRC

/* Cards. */
int snd_card_get_index(const char *name);
int snd_device_name_hint(int card, const char *iface, void ***hints);
char *snd_device_name_get_hint(const void *hint, const char *id);
int snd_device_name_free_hint(void **hints);
int snd_config_update_free_global(void);

/* A device. */
int snd_pcm_open(snd_pcm_t **pcm, const char *name, snd_pcm_stream_t stream, int mode);
int snd_pcm_close(snd_pcm_t *pcm);
int snd_pcm_nonblock(snd_pcm_t *pcm, int nonblock);
size_t snd_pcm_info_sizeof(void);
int snd_pcm_info(snd_pcm_t *pcm, snd_pcm_info_t *info);
const char *snd_pcm_info_get_name(const snd_pcm_info_t *info);
snd_pcm_chmap_t *snd_pcm_get_chmap(snd_pcm_t *pcm);

/* What the hardware can do, narrowed step by step. */
size_t snd_pcm_hw_params_sizeof(void);
int snd_pcm_hw_params_any(snd_pcm_t *pcm, snd_pcm_hw_params_t *params);
int snd_pcm_hw_params(snd_pcm_t *pcm, snd_pcm_hw_params_t *params);
int snd_pcm_hw_params_set_access(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, snd_pcm_access_t val);
int snd_pcm_hw_params_get_access(const snd_pcm_hw_params_t *params, snd_pcm_access_t *val);
int snd_pcm_hw_params_set_format(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, snd_pcm_format_t val);
int snd_pcm_hw_params_set_format_first(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, snd_pcm_format_t *val);
int snd_pcm_hw_params_get_format(const snd_pcm_hw_params_t *params, snd_pcm_format_t *val);
int snd_pcm_hw_params_test_format(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, snd_pcm_format_t val);
void snd_pcm_hw_params_get_format_mask(snd_pcm_hw_params_t *params, snd_pcm_format_mask_t *mask);
size_t snd_pcm_format_mask_sizeof(void);
int snd_pcm_format_mask_test(const snd_pcm_format_mask_t *mask, snd_pcm_format_t val);
int snd_pcm_hw_params_set_channels(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, unsigned int val);
int snd_pcm_hw_params_set_channels_near(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, unsigned int *val);
int snd_pcm_hw_params_set_channels_minmax(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, unsigned int *min, unsigned int *max);
int snd_pcm_hw_params_test_channels(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, unsigned int val);
int snd_pcm_hw_params_get_channels(const snd_pcm_hw_params_t *params, unsigned int *val);
int snd_pcm_hw_params_get_channels_min(const snd_pcm_hw_params_t *params, unsigned int *val);
int snd_pcm_hw_params_get_channels_max(const snd_pcm_hw_params_t *params, unsigned int *val);
int snd_pcm_hw_params_set_rate(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, unsigned int val, int dir);
int snd_pcm_hw_params_set_rate_near(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, unsigned int *val, int *dir);
int snd_pcm_hw_params_set_rate_minmax(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, unsigned int *min, int *mindir,
				      unsigned int *max, int *maxdir);
int snd_pcm_hw_params_set_rate_resample(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, unsigned int val);
int snd_pcm_hw_params_test_rate(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, unsigned int val, int dir);
int snd_pcm_hw_params_get_rate(const snd_pcm_hw_params_t *params, unsigned int *val, int *dir);
int snd_pcm_hw_params_get_rate_min(const snd_pcm_hw_params_t *params, unsigned int *val, int *dir);
int snd_pcm_hw_params_get_rate_max(const snd_pcm_hw_params_t *params, unsigned int *val, int *dir);
int snd_pcm_hw_params_set_buffer_size_near(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, snd_pcm_uframes_t *val);
int snd_pcm_hw_params_get_buffer_size(const snd_pcm_hw_params_t *params, snd_pcm_uframes_t *val);
int snd_pcm_hw_params_set_periods_near(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, unsigned int *val, int *dir);
int snd_pcm_hw_params_get_periods(const snd_pcm_hw_params_t *params, unsigned int *val, int *dir);

/* When the hardware starts, stops and wakes. */
size_t snd_pcm_sw_params_sizeof(void);
int snd_pcm_sw_params_current(snd_pcm_t *pcm, snd_pcm_sw_params_t *params);
int snd_pcm_sw_params(snd_pcm_t *pcm, snd_pcm_sw_params_t *params);
int snd_pcm_sw_params_get_boundary(const snd_pcm_sw_params_t *params, snd_pcm_uframes_t *val);
int snd_pcm_sw_params_set_avail_min(snd_pcm_t *pcm, snd_pcm_sw_params_t *params, snd_pcm_uframes_t val);
int snd_pcm_sw_params_set_start_threshold(snd_pcm_t *pcm, snd_pcm_sw_params_t *params, snd_pcm_uframes_t val);
int snd_pcm_sw_params_set_stop_threshold(snd_pcm_t *pcm, snd_pcm_sw_params_t *params, snd_pcm_uframes_t val);

/* Sound. */
snd_pcm_state_t snd_pcm_state(snd_pcm_t *pcm);
int snd_pcm_prepare(snd_pcm_t *pcm);
int snd_pcm_start(snd_pcm_t *pcm);
int snd_pcm_drop(snd_pcm_t *pcm);
int snd_pcm_drain(snd_pcm_t *pcm);
int snd_pcm_reset(snd_pcm_t *pcm);
int snd_pcm_recover(snd_pcm_t *pcm, int err, int silent);
snd_pcm_sframes_t snd_pcm_readi(snd_pcm_t *pcm, void *buffer, snd_pcm_uframes_t size);
snd_pcm_sframes_t snd_pcm_writei(snd_pcm_t *pcm, const void *buffer, snd_pcm_uframes_t size);
snd_pcm_sframes_t snd_pcm_avail(snd_pcm_t *pcm);
snd_pcm_sframes_t snd_pcm_avail_update(snd_pcm_t *pcm);
int snd_pcm_mmap_begin(snd_pcm_t *pcm, const snd_pcm_channel_area_t **areas, snd_pcm_uframes_t *offset, snd_pcm_uframes_t *frames);
snd_pcm_sframes_t snd_pcm_mmap_commit(snd_pcm_t *pcm, snd_pcm_uframes_t offset, snd_pcm_uframes_t frames);
int snd_pcm_wait(snd_pcm_t *pcm, int timeout);
int snd_pcm_poll_descriptors_count(snd_pcm_t *pcm);
int snd_pcm_poll_descriptors(snd_pcm_t *pcm, struct pollfd *pfds, unsigned int space);
int snd_pcm_poll_descriptors_revents(snd_pcm_t *pcm, struct pollfd *pfds, unsigned int nfds, unsigned short *revents);

#endif

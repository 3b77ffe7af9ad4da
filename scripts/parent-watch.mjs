// Preloaded into what `npm start` runs: when the process that started it is gone (even by kill -9), it ends as on
// SIGTERM.
if (process.channel) {
  process.channel.unref();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}

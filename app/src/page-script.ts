/**
 * What keeps the page live in the browser. It shows the messages of `GET events` as they come (one a second at least), says
 * so while none come, and never stops trying: EventSource's own reconnecting ends for good at an HTTP error, and does not
 * notice a pod that hangs. Every attempt may reach another pod.
 */
export const pageScript = `
(() => {
  const silenceMs = 3000;
  const shortestRetryMs = 500;
  const longestRetryMs = 2000;
  const root = document.documentElement;
  let pod = root.dataset.pod;
  let source;
  let lastHeard;
  let retry;
  let retryMs = shortestRetryMs;

  function connect() {
    lastHeard = [performance.now(), Date.now()];
    source = new EventSource('events');
    source.onmessage = (message) => show(JSON.parse(message.data));
    source.onerror = reconnect;
  }

  function reconnect() {
    source.close();
    clearTimeout(retry);
    retry = setTimeout(connect, retryMs);
    retryMs = Math.min(2 * retryMs, longestRetryMs);
    root.dataset.state = 'lost';
    write({
      title: 'Connection lost · Leader election',
      verdict: 'Connection lost',
      meaning: 'Looking for a pod that answers …',
      notice: '',
    });
  }

  function show(view) {
    lastHeard = [performance.now(), Date.now()];
    retryMs = shortestRetryMs;
    const wasLost = root.dataset.state === 'lost';
    if (view.pod !== pod) {
      const change = 'his page now comes from ' + view.pod + ', before from ' + pod + '.';
      write({ notice: (wasLost ? 'Reconnected: t' : 'T') + change });
    } else if (wasLost) {
      write({ notice: 'Reconnected: this page comes from ' + pod + ' again.' });
    }
    pod = view.pod;
    root.dataset.state = view.election.state;
    write(view.lines);
  }

  // A text that stays the same is not written again: a screen reader would read it out again.
  function write(lines) {
    for (const [id, text] of Object.entries(lines)) {
      const element = document.getElementById(id);
      if (element.textContent !== text) element.textContent = text;
    }
  }

  // Both clocks, since one of them stands still while the machine sleeps.
  function checkForSilence() {
    const [monotonic, wall] = lastHeard;
    const elapsedMs = Math.max(performance.now() - monotonic, Date.now() - wall);
    if (elapsedMs > silenceMs && source.readyState !== EventSource.CLOSED) reconnect();
  }

  connect();
  setInterval(checkForSilence, 250);
})();
`;

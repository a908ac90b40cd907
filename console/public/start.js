// Before anything is painted: light or dark, as the person chose, else as the machine says.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('haar.theme');
  } catch (error) {
    // Storage may be forbidden; then the machine decides.
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.body.classList.toggle('awsui-dark-mode', dark);
})();

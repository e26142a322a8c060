window.HTMLWidgets = {};

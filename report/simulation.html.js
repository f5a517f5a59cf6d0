"use strict";
(function () {
  var data = JSON.parse(document.getElementById("data").textContent);
  var byId = function (id) { return document.getElementById(id); };
  var nodes = {};
  document.querySelectorAll(".node").forEach(function (e) { nodes[e.dataset.node] = e; });
  var loss = -1, side = "after", scaled = -1, tried = 0; // tried is an index of the scales

  function element(tag, className, text) {
    var e = document.createElement(tag);
    if (className) e.className = className;
    if (text !== undefined) e.textContent = text;
    return e;
  }

  function pod(workload, extra) {
    var w = data.workloads[workload], e = element("i", "pod " + w.class + (extra ? " " + extra : ""), w.mark);
    e.title = w.name;
    return e;
  }

  // Pods stand in a flat list: workload, node, 1 for a new one. When only is a
  // workload, the pods of the others step back.
  function show(flat, lost, going, only) {
    var on = {}, total = {};
    for (var i = 0; i < flat.length; i += 3) (on[flat[i + 1]] = on[flat[i + 1]] || []).push([flat[i], flat[i + 2]]);
    Object.keys(nodes).forEach(function (index) {
      var e = nodes[index], list = on[index] || [], gone = lost.indexOf(Number(index)) >= 0;
      list.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; });
      e.classList.toggle("empty", list.length === 0);
      e.classList.toggle("lost", gone);
      e.setAttribute("aria-pressed", gone ? "true" : "false");
      e.querySelector(".pods").replaceChildren.apply(e.querySelector(".pods"), list.map(function (p) {
        return pod(p[0], p[1] ? "fresh" : gone && going ? "going" : only !== undefined && p[0] !== only ? "other" : "");
      }));
      var domain = data.nodes[index];
      total[domain] = (total[domain] || 0) + list.length;
    });
    document.querySelectorAll(".domain").forEach(function (d) {
      var n = total[d.dataset.domain] || 0;
      d.classList.toggle("dense", d.querySelectorAll(".node:not(.empty)").length > data.dense);
      d.querySelector(".counted").textContent = n + (n === 1 ? " pod" : " pods");
    });
  }

  // Pods without a node: workload, count, sentence.
  function waiting(list) {
    byId("pending").replaceChildren.apply(byId("pending"), list.map(function (p) {
      var box = element("div", "waiting"), chips = element("span", "pods"), w = data.workloads[p[0]];
      for (var i = 0; i < Math.min(p[1], 40); i++) chips.append(element("i", "pod ghost", w.mark));
      box.append(chips, element("strong", "", w.name + ": " + p[1] + (p[1] === 1 ? " pod" : " pods") + " without a node"));
      if (p[2] >= 0) box.append(element("p", "", data.sentences[p[2]]));
      return box;
    }));
  }

  function scales() { return data.workloads[scaled].scales; }

  function installed() {
    return scales().findIndex(function (s) { return s.replicas === data.workloads[scaled].wanted; });
  }

  function draw() {
    var text = "As installed." + (Object.keys(ofNode).length + Object.keys(ofDomain).length ? " Click a node or a zone to lose it." : "");
    byId("loss").value = String(loss);
    byId("sides").hidden = loss < 0;
    byId("before").setAttribute("aria-pressed", side === "before");
    byId("after").setAttribute("aria-pressed", side === "after");
    byId("reset").hidden = loss < 0 && (scaled < 0 || tried === installed());
    if (loss >= 0) {
      var l = data.losses[loss];
      if (side === "before") {
        show(data.pods, l.nodes, true);
        waiting(data.pending);
        text = "Before losing " + l.name + ".";
      } else {
        show(l.pods, l.nodes, false);
        waiting(l.pending);
        text = "After losing " + l.name + ": " + l.text + (l.known ? " New pods are outlined." : " Where the new pods go is not known.");
      }
    } else if (scaled >= 0 && tried !== installed()) {
      var w = data.workloads[scaled], s = scales()[tried];
      show(s.pods, [], false, scaled);
      waiting(s.missing > 0 ? [[scaled, s.missing, s.sentence]] : []);
      text = w.name + " with " + s.replicas + (s.replicas === 1 ? " replica" : " replicas") + ": " +
        (s.missing > 0 ? s.missing + " without a node." : "every pod has a node.");
    } else {
      show(data.pods, [], false);
      waiting(data.pending);
    }
    byId("state").textContent = text;
    if (scaled >= 0) {
      byId("replicas").max = scales().length - 1;
      byId("replicas").value = tried;
      byId("replicas").setAttribute("aria-valuetext", scales()[tried].replicas);
      byId("replicas-now").textContent = scales()[tried].replicas;
      byId("fewer").disabled = tried <= 0;
      byId("more").disabled = tried >= scales().length - 1;
      byId("ticks").replaceChildren.apply(byId("ticks"), scales().map(function (s, i) {
        return element("b", (s.missing > 0 ? "short" : "") + (i === tried ? " here" : ""));
      }));
    }
  }

  function lose(index) {
    loss = loss === index ? -1 : index;
    side = "after";
    if (scaled >= 0) tried = installed();
    draw();
  }

  function scale(i) {
    loss = -1;
    tried = Math.max(0, Math.min(scales().length - 1, i));
    draw();
  }

  var none = element("option", "", "nothing");
  none.value = "-1";
  byId("loss").append(none);
  var groups = {}, ofNode = {}, ofDomain = {};
  data.losses.forEach(function (l, i) {
    var group = groups[l.kind], option = element("option", "", l.name);
    option.value = String(i);
    if (!group) {
      group = groups[l.kind] = element("optgroup");
      group.label = l.kind;
      byId("loss").append(group);
    }
    group.append(option);
    if (l.node >= 0) ofNode[l.node] = i;
    if (l.domain >= 0) ofDomain[l.domain] = i;
  });
  byId("loss").addEventListener("change", function () { loss = -1; var n = Number(this.value); if (n >= 0) lose(n); else draw(); });
  byId("before").addEventListener("click", function () { side = "before"; draw(); });
  byId("after").addEventListener("click", function () { side = "after"; draw(); });
  byId("reset").addEventListener("click", function () { loss = -1; if (scaled >= 0) tried = installed(); draw(); });
  Object.keys(nodes).forEach(function (index) {
    if (ofNode[index] === undefined) return;
    nodes[index].disabled = false;
    nodes[index].addEventListener("click", function () { lose(ofNode[index]); });
  });
  document.querySelectorAll(".domain").forEach(function (d) {
    var button = d.querySelector(".lose"), i = ofDomain[d.dataset.domain];
    if (!button || i === undefined) return;
    button.disabled = false;
    button.title = "lose it";
    button.addEventListener("click", function () { lose(i); });
  });
  data.workloads.forEach(function (w, i) {
    if (!w.scales.length) return;
    var option = element("option", "", w.mark + " " + w.name);
    option.value = String(i);
    byId("scaled").append(option);
    if (scaled < 0 || w.wanted > data.workloads[scaled].wanted) scaled = i;
  });
  if (scaled >= 0) {
    tried = installed();
    byId("scaling").hidden = false;
    byId("scaled").value = String(scaled);
    byId("replicas").min = 0;
    byId("scaled").addEventListener("change", function () { scaled = Number(this.value); scale(installed()); });
    byId("replicas").addEventListener("input", function () { scale(Number(this.value)); });
    byId("fewer").addEventListener("click", function () { scale(tried - 1); });
    byId("more").addEventListener("click", function () { scale(tried + 1); });
  }
  byId("controls").hidden = data.losses.length === 0 && scaled < 0;
  byId("loss").closest(".control").hidden = data.losses.length === 0;
  draw();
})();

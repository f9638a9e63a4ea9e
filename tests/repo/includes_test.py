"""Modules include only what their node_module() call says, third-party headers stay with their owner.

The graph is written once, in the node_module() calls of node/CMakeLists.txt and cli/CMakeLists.txt.
"""
import re

import source

# Third-party header prefix -> the modules that may include it.
RPC = {"rpc_transport", "rpc_client", "rpc_server"}
OWNERS = {
    "nlohmann/": {"canon"},
    "yaml-cpp/": {"canon"},
    "sodium": {"crypto"},
    "openssl/": {"crypto"},
    "rocksdb/": {"store"},
    "csv.h": {"csv"},
    "grpc/": RPC,
    "grpcpp/": RPC,
    "grpc++/": RPC,
    "absl/": RPC,
    "google/protobuf/": RPC | {"wire", "record"},
    "spdlog/": {"app"},
    "fmt/": {"app"},
    "CLI/": {"cli"},
    # Only tests and benchmarks.
    "gtest/": set(),
    "gmock/": set(),
    "benchmark/": set(),
    "rapidcheck": set(),
}
# Generated headers, included as <schakel/v1/...> or "schakel/v1/...".
GENERATED = {".grpc.pb.h": RPC, ".pb.h": RPC | {"wire", "record"}}
# Whatever its USES lead to, a module on the left never reaches one on the right.
NEVER = {
    "cli": {"store", "log", "record", "exchange", "scan", "app"},
    "covenant": {"store"},
    "audit": {"store"},
    "report": {"store", "covenant", "exchange"},
    "wire": {"rpc_transport", "rpc_client", "rpc_server"},
}
CALL = re.compile(r"^node_module\(\s*(\w+)([^)]*)\)", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)
KEYWORDS = {"DIR", "USES", "WRAPS", "PRECOMPILE"}


def modules(root):
    """name -> (folder, uses)."""
    out = {}
    for base in ("node", "cli"):
        lists = root / base / "CMakeLists.txt"
        if not lists.exists():
            continue
        text = re.sub(r"#[^\n]*", "", lists.read_text())
        for name, body in CALL.findall(text):
            arguments = {key: [] for key in KEYWORDS}
            key = None
            for word in body.split():
                if word in KEYWORDS:
                    key = word
                elif key:
                    arguments[key].append(word)
            folder = arguments["DIR"][0] if arguments["DIR"] else name
            folder = folder.replace("${PROJECT_SOURCE_DIR}/", "/")
            folder = folder[1:] if folder.startswith("/") else f"{base}/{folder}".rstrip("/.")
            out[name] = (folder, set(arguments["USES"]))
    return out


def owner_of(path, graph):
    """The module with the longest folder that holds the path."""
    best = None
    for name, (folder, _) in graph.items():
        if path.startswith(folder + "/"):
            if best is None or len(folder) > len(graph[best][0]):
                best = name
    return best


def check_graph(graph):
    problems = []
    for name, (_, uses) in graph.items():
        problems += [f"{name} uses {u}, which is no module" for u in sorted(uses - set(graph))]
    done = set()
    while True:
        ready = {m for m in graph if m not in done and graph[m][1] & set(graph) <= done}
        if not ready:
            break
        done |= ready
    problems += [f"cycle through {m}" for m in sorted(set(graph) - done)]
    for name, banned in NEVER.items():
        reached, todo = set(), [name]
        while todo:
            for use in graph.get(todo.pop(), (None, set()))[1]:
                if use not in reached:
                    reached.add(use)
                    todo.append(use)
        problems += [f"{name} reaches {b}" for b in sorted(reached & banned)]
    return problems


def check_include(include, module, graph):
    if include.startswith(("node/", "cli/")):
        if include == "node/base/version.h":
            target = "base"
        else:
            target = owner_of(include, graph)
        if target is None:
            return "is in no module"
        if target != module and target not in graph[module][1]:
            return f"{module} does not use {target}"
        return None
    for suffix, owners in GENERATED.items():
        if include.startswith("schakel/") and include.endswith(suffix):
            return None if module in owners else f"belongs to {sorted(owners)}"
    for prefix, owners in OWNERS.items():
        if include.startswith(prefix):
            return None if module in owners else f"belongs to {sorted(owners)}"
    return None


def check(root):
    graph = modules(root)
    problems = check_graph(graph)
    for path in source.files(root, ".h", ".cc"):
        name = path.relative_to(root).as_posix()
        if not name.startswith(("node/", "cli/")):
            continue
        module = owner_of(name, graph)
        if module is None:
            # A folder with headers only, whose module is declared once it has sources.
            if any(path.parent.glob("*.cc")):
                problems.append(f"{name}: its folder is in no node_module() call")
            continue
        for include in INCLUDE.findall(path.read_text()):
            reason = check_include(include, module, graph)
            if reason:
                problems.append(f"{name}: <{include}> {reason}")
    return problems


if __name__ == "__main__":
    source.finish(check(source.ROOT))

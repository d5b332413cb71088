#!/usr/bin/env bash
# SciPy 1.17.1: minimize keeps a float32 start in float32; Newton-CG then reports success far from the minimum.
#
# Expected: the dtype of the start is a matter of its rounding alone, where function and exact gradient are computed in
#   float64; or it is refused, or named in the message. An integer start is converted.
# Happens: every point is rounded to float32. Newton-CG, given the gradient and no Hessian, takes differences of it 1.5e-8
#   apart, which are 0 there: it ends after 3 of 86 iterations on Rosenbrock's function with success=True and a gradient of
#   2.5. SLSQP raises. BFGS reports success with a gradient twenty times gtol, 1e-5, on a quadratic of condition 10,000.
#   trust-constr converts the start and is right. Weights of Keras and PyTorch models come as float32.
# Source: scipy/optimize/_optimize.py, _minimize_newtoncg and approx_fhess_p: epsilon is that of float64 whatever x0 is;
#   scipy/optimize/_minimize.py converts a start of integers only.
# Versions: scipy 1.17.1, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import numpy as np
from scipy.optimize import minimize, rosen, rosen_der

CONDITION = np.logspace(0, 4, 8)


def valley(x):
    x = np.asarray(x, "float64")
    return rosen(x), rosen_der(x)


def quadratic(x):
    x = np.asarray(x, "float64")
    return CONDITION @ (x - 1) ** 2 / 2, CONDITION * (x - 1)


for name, function, start in (("Rosenbrock", valley, [-1.2, 1.0]), ("quadratic", quadratic, np.zeros(8))):
    for method in ("BFGS", "Newton-CG", "SLSQP", "trust-constr"):
        for dtype in ("float64", "float32"):
            try:
                found = minimize(function, np.array(start, dtype), jac=True, method=method)
                largest = np.abs(function(found.x)[1]).max()
                seen = f"success={found.success}, gradient {'above' if largest > 1e-4 else 'below'} 1e-4"
            except Exception as error:
                seen = f"{type(error).__name__}"
            print(f"{name}, {method} from {dtype}: {seen}")
newton = minimize(valley, np.array([-1.2, 1.0], "float32"), jac=True, method="Newton-CG")
print(f"Newton-CG from float32: {newton.message} x = {newton.x.round(2).tolist()} after {newton.nit} iterations")
PYTHON

OMP_NUM_THREADS=1 "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" | tee "$place/seen" || { cat "$place/log" >&2; exit 1; }

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
Rosenbrock, BFGS from float64: success=True, gradient below 1e-4
Rosenbrock, BFGS from float32: success=True, gradient below 1e-4
Rosenbrock, Newton-CG from float64: success=True, gradient below 1e-4
Rosenbrock, Newton-CG from float32: success=True, gradient above 1e-4
Rosenbrock, SLSQP from float64: success=True, gradient above 1e-4
Rosenbrock, SLSQP from float32: error
Rosenbrock, trust-constr from float64: success=True, gradient below 1e-4
Rosenbrock, trust-constr from float32: success=True, gradient below 1e-4
quadratic, BFGS from float64: success=True, gradient below 1e-4
quadratic, BFGS from float32: success=True, gradient above 1e-4
quadratic, Newton-CG from float64: success=True, gradient above 1e-4
quadratic, Newton-CG from float32: success=False, gradient above 1e-4
quadratic, SLSQP from float64: success=True, gradient below 1e-4
quadratic, SLSQP from float32: error
quadratic, trust-constr from float64: success=True, gradient below 1e-4
quadratic, trust-constr from float32: success=True, gradient below 1e-4
Newton-CG from float32: Optimization terminated successfully. x = [-1.0299999713897705, 1.0700000524520874] after 3 iterations
SEEN

"""Mistakes of networks."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "models.LeNet5": {
        "the maximum for the average": ('AveragePooling2D(2, name="S2")', 'keras.layers.MaxPooling2D(2, name="S2")'),
        "no activation behind the second convolution": ("5, activation=activation, name=\"C3\"", '5, name="C3"'),
        "windows that overlap": ('AveragePooling2D(2, name="S4")', 'AveragePooling2D(2, 1, name="S4")'),
    },
    "models.AlexNet": {
        "windows of 2 × 2, which do not overlap": (
            'MaxPooling2D(3, 2, name="pool2")', 'MaxPooling2D(2, 2, name="pool2")'),
        "groups where the paper has none": ('n(384), 3, name="conv3"', 'n(384), 3, name="conv3", groups=groups'),
        "a stride of 2 in the first convolution": ("11, strides=4", "11, strides=2"),
    },
    "models.VGG16": {
        "two convolutions in the third block": ("(x, 3, 3,", "(x, 3, 2,"),
        "no activation behind the convolutions": ('padding="same", activation="relu"', 'padding="same"'),
        "the average for the maximum": ("MaxPooling2D(2, name", "keras.layers.AveragePooling2D(2, name"),
    },
    "models.ResNet50": {
        "what goes past is left out": ("ops.relu(z + a)", "ops.relu(z)"),
        "the activation before the sum": ("ops.relu(z + a)", "ops.relu(z) + a"),
        "the stride in the 3 × 3, as in PyTorch": (
            'filters, 1, strides=strides)\n    z = unit(ops.relu(z), f"{name}_2", filters, 3, padding="same")',
            'filters, 1)\n    z = unit(ops.relu(z), f"{name}_2", filters, 3, padding=1, strides=strides)'),
        "Keras' usual epsilon": ("epsilon=EPSILON", "epsilon=1e-3"),
    },
    "models.MobileNetV1": {
        "zeros on the other side": ("((0, 1), (0, 1))", "((1, 0), (1, 0))"),
        "no ceiling at 6": ('ops.relu6(building.normalized(x, f"conv_pw', 'ops.relu(building.normalized(x, f"conv_pw'),
        "no activation between the two convolutions": (
            'x = ops.relu6(building.normalized(depthwise(x), f"conv_dw_{block}_bn"))',
            'x = building.normalized(depthwise(x), f"conv_dw_{block}_bn")'),
        "biases in front of batch normalization": ("Conv2D(filters, 1, use_bias=False,", "Conv2D(filters, 1,"),
    },
    "models.MobileNetV2": {
        "what goes past is left out": ("return z + a", "return z"),
        "an activation behind the projection": (
            'z = _unit(z, f"{name}_project", f"{name}_project_BN", filters, 1)',
            'z = ops.relu6(_unit(z, f"{name}_project", f"{name}_project_BN", filters, 1))'),
        "an expansion in the first block too": ("if t > 1:", "if t >= 1:"),
        "no activation behind the expansion": (
            'z = ops.relu6(_unit(z, f"{name}_expand", f"{name}_expand_BN", t * channels, 1))',
            'z = _unit(z, f"{name}_expand", f"{name}_expand_BN", t * channels, 1)'),
    },
    "models.EfficientNet": {
        "the channels without weights": ("z = s * z", "z = z"),
        "a quarter of the channels inside the block": ("max(1, channels // 4)", "max(1, z.shape[-1] // 4)"),
        "ReLU in the place of swish": ("return ops.silu(building", "return ops.relu(building"),
        "pictures from 0 to 1": ("(inputs / 255)", "(inputs)"),
    },
    "models.inception_module": {
        "the branches in another order": ("concat([a_1, a_3, a_5, a_p])", "concat([a_3, a_1, a_5, a_p])"),
        "no filters of 1 × 1 in front of those of 5 × 5": (
            'conv(conv(inputs, filters_5x5_reduce, 1, "5x5_reduce"), filters_5x5, 5, "5x5")',
            'conv(inputs, filters_5x5, 5, "5x5")'),
        "3 × 3 in the place of 5 × 5, as in torchvision": ('filters_5x5, 5, "5x5"', 'filters_5x5, 3, "5x5"'),
        "the average for the maximum": ("MaxPooling2D(3, 1,", 'keras.layers.AveragePooling2D(3, 1,'),
        "no activation": ('padding="same", activation="relu"', 'padding="same"'),
    },
    "models.InceptionV1": {
        "windows from outside the border on": (
            'keras.layers.MaxPooling2D(3, 2, "same", name=name)', "MaxPooling2D(3, 2, padding=1, name=name)"),
        "fewer zeros on the left, as of Keras' same": ("strides=2, padding=3,", "strides=2, padding=((2, 3), (2, 3)),"),
        "a module of the paper's with other filters": ("208, 16, 48, 64", "192, 16, 48, 64"),
        "no activation in front of the modules": ('partial(Conv2D, activation="relu")', "Conv2D"),
    },
    "models.UNet": {
        "no skip connection at the top": ('_up(x, a, n(64), "up1")', '_up(x, 0 * a, n(64), "up1")'),
        "the channels in another order": ("concat([beside, grown(x)])", "concat([grown(x), beside])"),
        "what is added, not put behind": (
            "_double(concat([beside, grown(x)]), filters, name)", "_double(beside + grown(x), filters, name)"),
        "one convolution for two": ("for i in (1, 2)", "for i in (1,)"),
        "no activation": ('            activation="relu",\n', ""),
        "the average for the maximum": ("MaxPooling2D(2, name=name)", "keras.layers.AveragePooling2D(2, name=name)"),
        "pixels repeated for a transposed convolution": (
            "concat([beside, grown(x)])", "concat([beside, keras.layers.UpSampling2D()(x)])"),
    },
}  # fmt: skip

"""Networks of the lectures, each layer a numbered line."""

from dlref.models.alexnet import AlexNet
from dlref.models.copy_weights import copy_weights
from dlref.models.efficientnet import EfficientNet
from dlref.models.efficientnet_b import (
    EfficientNetB0,
    EfficientNetB1,
    EfficientNetB2,
    EfficientNetB3,
    EfficientNetB4,
    EfficientNetB5,
    EfficientNetB6,
    EfficientNetB7,
)
from dlref.models.inception_v1 import InceptionV1, inception_module
from dlref.models.lenet5 import LeNet5
from dlref.models.mobilenet_v1 import MobileNetV1
from dlref.models.mobilenet_v2 import MobileNetV2
from dlref.models.neural_language_model import NeuralLanguageModel
from dlref.models.resnet50 import ResNet50
from dlref.models.siamese_network import SiameseNetwork
from dlref.models.style_transfer import content_cost, gram_matrix, style_cost, style_transfer
from dlref.models.ten_crop import TenCrop
from dlref.models.transformer import Transformer
from dlref.models.unet import UNet
from dlref.models.vgg16 import VGG16

__all__ = [
    "AlexNet",
    "EfficientNet",
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "InceptionV1",
    "LeNet5",
    "MobileNetV1",
    "MobileNetV2",
    "NeuralLanguageModel",
    "ResNet50",
    "SiameseNetwork",
    "TenCrop",
    "Transformer",
    "UNet",
    "VGG16",
    "content_cost",
    "copy_weights",
    "gram_matrix",
    "inception_module",
    "style_cost",
    "style_transfer",
]

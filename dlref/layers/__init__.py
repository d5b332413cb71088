"""Layers of the lectures, each a `keras.layers.Layer`."""

from dlref.layers.attention import AdditiveAttention, DotProductAttention
from dlref.layers.augmentation import RandomCrop, RandomFlip
from dlref.layers.batch_normalization import BatchNormalization
from dlref.layers.conv2d import Conv2D, TrueConv2D
from dlref.layers.conv2d_transpose import Conv2DTranspose
from dlref.layers.drop_connect import DropConnect
from dlref.layers.dropout import Dropout, VanillaDropout
from dlref.layers.elu import ELU
from dlref.layers.fractional_max_pooling import FractionalMaxPooling2D
from dlref.layers.global_average_pooling_1d import GlobalAveragePooling1D
from dlref.layers.gru import GRU, SimplifiedGRU
from dlref.layers.leaky_relu import LeakyReLU
from dlref.layers.lstm import LSTM
from dlref.layers.maxout import Maxout
from dlref.layers.multi_head_attention import MultiHeadAttention
from dlref.layers.normalization import Normalization
from dlref.layers.pca import PCA, Whitening
from dlref.layers.pca_color_shift import PCAColorShift
from dlref.layers.pooling import AveragePooling2D, MaxPooling2D
from dlref.layers.positional_encoding import PositionalEncoding
from dlref.layers.prelu import PReLU
from dlref.layers.random_rotation import RandomRotation
from dlref.layers.simple_rnn import SimpleRNN
from dlref.layers.stochastic_depth import StochasticDepth
from dlref.layers.transformer_decoder import TransformerDecoder
from dlref.layers.transformer_encoder import TransformerEncoder
from dlref.layers.whole_set_statistics import whole_set_statistics

__all__ = [
    "AdditiveAttention",
    "DotProductAttention",
    "ELU",
    "GRU",
    "LSTM",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv2D",
    "Conv2DTranspose",
    "DropConnect",
    "Dropout",
    "FractionalMaxPooling2D",
    "GlobalAveragePooling1D",
    "LeakyReLU",
    "MaxPooling2D",
    "Maxout",
    "MultiHeadAttention",
    "Normalization",
    "PCA",
    "PCAColorShift",
    "PReLU",
    "PositionalEncoding",
    "RandomCrop",
    "RandomFlip",
    "RandomRotation",
    "SimpleRNN",
    "SimplifiedGRU",
    "StochasticDepth",
    "TransformerDecoder",
    "TransformerEncoder",
    "TrueConv2D",
    "VanillaDropout",
    "Whitening",
    "whole_set_statistics",
]

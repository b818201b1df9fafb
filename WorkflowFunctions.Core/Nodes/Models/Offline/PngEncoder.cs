using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>Writes a PNG file of 8-bit RGB pixels (<see href="https://www.w3.org/TR/png-3/"/>).</summary>
internal static class PngEncoder
{
    private const int BytesPerPixel = 3;
    private const byte BitDepth = 8;
    private const byte TrueColor = 2;
    private const byte SubtractLeft = 1;

    /// <param name="size">The picture's size.</param>
    /// <param name="rgb">Its pixels from left to right and top to bottom, three bytes each.</param>
    public static byte[] Encode(ImageSize size, ReadOnlySpan<byte> rgb)
    {
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, size.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], size.Height);
        header[8] = BitDepth;
        header[9] = TrueColor;

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", Compressed(size, rgb));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    // Neighbours of a gradient differ little: storing differences makes the file several times smaller.
    private static byte[] Compressed(ImageSize size, ReadOnlySpan<byte> rgb)
    {
        var stride = size.Width * BytesPerPixel;
        var row = new byte[stride + 1];
        row[0] = SubtractLeft;
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var y = 0; y < size.Height; y++)
            {
                var pixels = rgb.Slice(y * stride, stride);
                for (var x = 0; x < stride; x++)
                    row[x + 1] = (byte)(pixels[x] - (x < BytesPerPixel ? 0 : pixels[x - BytesPerPixel]));
                zlib.Write(row);
            }
        }

        return data.ToArray();
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        var checkedPart = new byte[4 + data.Length];
        Encoding.ASCII.GetBytes(type, checkedPart);
        data.CopyTo(checkedPart.AsSpan(4));

        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(checkedPart);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(checkedPart));
        file.Write(number);
    }
}

/// <summary>The checksum of PNG chunks (PNG specification, annex D).</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
        }

        return ~crc;
    }
}

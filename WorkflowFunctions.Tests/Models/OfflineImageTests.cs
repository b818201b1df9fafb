using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Tests.Models;

public class OfflineImageTests
{
    [Theory]
    [InlineData(null, 256, 256)]
    [InlineData("auto", 256, 256)]
    [InlineData("1024x1024", 256, 256)]
    [InlineData("1792x1024", 256, 146)]
    [InlineData("1024x1536", 171, 256)]
    [InlineData("64x32", 64, 32)]
    [InlineData("8192x1", 256, 1)]
    public async Task An_image_is_a_valid_png_of_the_asked_shape_and_small(string? size, int width, int height)
    {
        var image = Assert.Single((await GenerateAsync(new ImageRequest { Prompt = "A tea cup", Size = size })).Images);

        Assert.Equal("image/png", image.MediaType);
        var chunks = Chunks(image.Bytes.ToArray());
        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(chunk => chunk.Type));
        Assert.Equal(width, BinaryPrimitives.ReadInt32BigEndian(chunks[0].Data));
        Assert.Equal(height, BinaryPrimitives.ReadInt32BigEndian(chunks[0].Data.AsSpan(4)));
        Assert.Equal([8, 2, 0, 0, 0], chunks[0].Data[8..]);
        Assert.Equal(height * ((width * 3) + 1), Inflated(chunks[1].Data).Length);
        Assert.InRange(image.Bytes.Length, 1, 100_000);
    }

    [Fact]
    public async Task Images_of_one_request_differ_and_the_same_request_gets_them_again()
    {
        var request = new ImageRequest { Prompt = "A tea cup", Size = "64x64", Count = 3 };

        var first = await GenerateAsync(request);
        var second = await GenerateAsync(request);

        Assert.Equal(3, Files(first).Distinct().Count());
        Assert.Equal(Files(first), Files(second));
        Assert.Equal(("offline", 0m), (first.Model, first.Used.CostUsd));
        Assert.NotEqual(Files(first), Files(await GenerateAsync(request with { Prompt = "A coffee cup" })));
    }

    private static string[] Files(GeneratedImages images) => [.. images.Images.Select(image => Convert.ToHexString(image.Bytes.Span))];

    private static List<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        var chunks = new List<(string, byte[])>();
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var end = at + 8 + length;
            Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(end)), Crc(file.AsSpan(at + 4, length + 4)));
            chunks.Add((Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..end]));
            at = end + 4;
        }

        return chunks;
    }

    // Division of polynomials as the PNG specification words it, unlike the reflected loop that wrote the file.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        ulong remainder = 0xFFFFFFFF;
        foreach (var value in bytes)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var carry = ((remainder >> 31) & 1) ^ (((ulong)value >> bit) & 1);
                remainder = (remainder << 1) & 0xFFFFFFFF;
                if (carry == 1)
                    remainder ^= 0x04C11DB7;
            }
        }

        uint reflected = 0;
        for (var bit = 0; bit < 32; bit++)
            reflected |= (uint)((remainder >> bit) & 1) << (31 - bit);
        return ~reflected;
    }

    private static byte[] Inflated(byte[] data)
    {
        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        using var pixels = new MemoryStream();
        zlib.CopyTo(pixels);
        return pixels.ToArray();
    }

    private static async Task<GeneratedImages> GenerateAsync(ImageRequest request)
    {
        using var models = ModelSetup.Empty();
        return await models.Images.GenerateAsync(request, TestContext.Current.CancellationToken);
    }
}
